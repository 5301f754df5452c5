/** A caller of the API, as the README describes one. */
import { setTimeout as sleep } from "node:timers/promises";
import { maxWaitSeconds, pollEveryMs } from "./limits.ts";

/** Milliseconds of every submit and poll, in the order of their answers. */
export type Latencies = { submits: number[]; polls: number[] };

export type Client = {
  /** @returns the task's id. */
  submit(prompt: string): Promise<string>;
  /** Submits and waits for the images. Resolves, as the next two, when the client knows that the task is completed. */
  submitAndWait(prompt: string): Promise<void>;
  /** @throws Error when the task fails, or is not completed before this moment (Unix milliseconds). */
  followPolls(id: string, giveUpAt: number): Promise<void>;
  followEvents(id: string, giveUpAt: number): Promise<void>;
  poll(id: string): Promise<TaskView>;
  /** A batch of these prompts. @returns its id. */
  submitBatch(prompts: string[]): Promise<string>;
  pollBatch(id: string): Promise<TaskView>;
  followBatch(id: string, giveUpAt: number): Promise<void>;
};

type TaskView = { id: string; status: string; error?: unknown };

export function createClient(url: string, sessions: string[], latencies: Latencies): Client {
  const headers = { authorization: sessions.join(","), "content-type": "application/json" };
  const post = (prompt: string, prefer: string) =>
    fetch(`${url}/v1/images/generations`, {
      method: "POST",
      headers: { ...headers, prefer },
      body: JSON.stringify({ prompt, resolution: "1k" }),
    });
  const pollAt = (path: string) =>
    timed(latencies.polls, async () => readView(await fetch(`${url}${path}`, { headers })));
  const poll = (id: string) => pollAt(`/v1/images/tasks/${id}`);
  const pollBatch = (id: string) => pollAt(`/v1/images/batches/${id}`);

  return {
    poll,
    pollBatch,
    async submitBatch(prompts) {
      const requests = prompts.map((prompt) => ({ prompt, resolution: "1k" }));
      const body = JSON.stringify({ requests });
      const post = () => fetch(`${url}/v1/images/batches`, { method: "POST", headers, body });
      const { id } = await timed(latencies.submits, async () => readView(await post()));
      return id;
    },
    followBatch: (id, giveUpAt) => untilCompleted(() => pollBatch(id), giveUpAt),
    async submit(prompt) {
      const { id } = await timed(latencies.submits, async () => readView(await post(prompt, "respond-async")));
      return id;
    },
    async submitAndWait(prompt) {
      const answer = await post(prompt, `wait=${maxWaitSeconds}`);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`A waiting call was answered with ${answer.status}: ${text}`);
    },
    followPolls: (id, giveUpAt) => untilCompleted(() => poll(id), giveUpAt),
    async followEvents(id, giveUpAt) {
      const signal = AbortSignal.timeout(giveUpAt - Date.now());
      const answer = await fetch(`${url}/v1/images/tasks/${id}/events`, { headers, signal });
      if (!answer.ok || answer.body === null) throw new Error(`${answer.status}: ${await answer.text()}`);
      for await (const view of viewsIn(answer.body)) if (isCompleted(view)) return;
      throw new Error(`The events of task ${id} ended before the task.`);
    },
  };
}

async function untilCompleted(poll: () => Promise<TaskView>, giveUpAt: number): Promise<void> {
  for (let nextAt = Date.now() + pollEveryMs; nextAt < giveUpAt; nextAt = Math.max(nextAt + pollEveryMs, Date.now())) {
    await sleep(Math.max(0, nextAt - Date.now()));
    if (isCompleted(await poll())) return;
  }
  throw new Error("A task or batch did not end in time.");
}

function isCompleted({ status, error }: TaskView): boolean {
  if (status === "failed" || status === "cancelled") throw new Error(`A task is ${status}: ${JSON.stringify(error)}`);
  return status === "completed";
}

async function readView(answer: Response): Promise<TaskView> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TaskView;
}

/** The task in each event of a stream. */
async function* viewsIn(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<TaskView> {
  let rest = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, data] = /^data: ?(\{.*\})\r?$/.exec(line) ?? [];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

async function timed<T>(latencies: number[], work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  latencies.push(performance.now() - startedAt);
  return result;
}
