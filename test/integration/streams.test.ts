/** Many who wait at once, over real HTTP: streams of events and synchronous calls, held together and all answered. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Reading, readEvents } from "../workers/support/sse.ts";
import { caller, simulatorState, type TaskAnswer, tellSimulator } from "./support/caller.ts";
import { endsIn } from "./support/final-records.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

const state = temporaryFolder();
const usualSpeed = 8;
let simulator: Running;
let api: Running;

beforeAll(async () => {
  simulator = await startSimulator(usualSpeed);
  api = await startRuntime({ state: state.path, upstream: simulator.url });
});

afterAll(async () => {
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

const small = (prompt: string) => ({ prompt, n: 1, resolution: "1k" });
const lookEveryMs = 50;
const longestMs = 90_000;

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const startedAt = Date.now();
  while (!(await condition())) {
    if (Date.now() - startedAt > longestMs) throw new Error(`never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** No job gets any further, until time goes on. */
const standStill = () => tellSimulator(simulator.url, "clock", { speed: 0 });
const goOn = () => tellSimulator(simulator.url, "clock", { speed: usualSpeed });

async function watch(session: string, id: string, signal?: AbortSignal): Promise<Reading> {
  const init = { headers: { authorization: session }, ...(signal && { signal }) };
  return readEvents(await fetch(`${api.url}/v1/images/tasks/${id}/events`, init));
}

const viewsOf = ({ events }: Reading) => events.map(({ data }) => JSON.parse(data) as TaskAnswer & Moments);
type Moments = { updated_at: number };

const post = (session: string, body: object, { signal, path }: { signal?: AbortSignal; path?: string } = {}) =>
  fetch(`${api.url}${path ?? "/v1/images/generations"}`, {
    method: "POST",
    headers: { authorization: session, "content-type": "application/json", prefer: "wait=300" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

type Pictures = { data: { url: string }[]; task_id: string };

async function listed(session: string): Promise<TaskAnswer[]> {
  const answer = await fetch(`${api.url}/v1/images/tasks?limit=100`, { headers: { authorization: session } });
  return ((await answer.json()) as { data: TaskAnswer[] }).data;
}

async function jobsFor(prompt: string) {
  return (await simulatorState(simulator.url)).jobs.filter((job) => job.prompt.replaceAll("#", "").trim() === prompt);
}

/** For the reader of the test's output: none of these numbers decides anything. */
function tell(what: string, milliseconds: number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  console.log(
    `${what}: ${sorted.length}, half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms, all within ${at(1)} ms`,
  );
}

/** How long after its commit the last event of each stream came. One machine, one clock. */
async function latenessOf(readings: Reading[]): Promise<number[]> {
  const ids = new Set(readings.map((reading) => viewsOf(reading)[0]?.task_id ?? ""));
  await until(() => [...ids].every((id) => endsIn(state.path).has(id)), "every task has its final record");
  const ends = endsIn(state.path);
  return readings.map((reading) => {
    const last = reading.events.at(-1);
    return (last?.at ?? 0) - (ends.get(viewsOf(reading)[0]?.task_id ?? "") ?? 0);
  });
}

function expectWhole(reading: Reading): void {
  const views = viewsOf(reading);
  expect(views.at(-1)).toMatchObject({ status: "completed", progress: 100 });
  expect(views.slice(0, -1).every(({ status }) => status === "pending" || status === "processing")).toBe(true);
  const ids = reading.events.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(reading.events.map(({ data }) => data)).size).toBe(reading.events.length);
  for (const { at, data } of reading.events) {
    // Commits are told in whole seconds.
    expect(at / 1000).toBeGreaterThan((JSON.parse(data) as Moments).updated_at - 1);
  }
}

const sessionCount = 50;
const perSession = 4;
const many = sessionCount * perSession;

describe("200 streams and 200 waiting calls", () => {
  it("are held at once, while polls are answered; and then all are answered, each task paid once", async () => {
    const sessions = Array.from({ length: sessionCount }, (_, number) => `us-demo-us-crowd-${number}`);
    await standStill();
    const watched = await Promise.all(
      sessions.map((session) => caller(api.url, session).submit(small("watched crowd"))),
    );
    let answered = 0;
    const startedAt = Date.now();
    const waiting = sessions.flatMap((session) =>
      Array.from({ length: perSession }, async (_, number) => {
        const answer = await post(session, small(`waiting crowd ${number}`));
        answered += 1;
        return { status: answer.status, body: (await answer.json()) as Pictures };
      }),
    );
    const opening = sessions.flatMap((session, place) =>
      Array.from({ length: perSession }, () => watch(session, watched[place] ?? "")),
    );
    const readings = await Promise.all(opening);
    await until(() => readings.every(({ events }) => events.length > 0), "every stream has begun");
    await until(
      async () => (await Promise.all(sessions.map(listed))).every((tasks) => tasks.length === 1 + perSession),
      "every waiting call has its task",
    );
    console.log(`${readings.length} streams and ${waiting.length} calls are held after ${Date.now() - startedAt} ms`);

    // All of them are held now. Whoever asks is answered all the same.
    const polls = await Promise.all(
      sessions.map(async (session, place) => {
        const askedAt = performance.now();
        const answer = await caller(api.url, session).poll(watched[place] ?? "");
        await answer.arrayBuffer();
        return { status: answer.status, milliseconds: performance.now() - askedAt };
      }),
    );
    expect(polls.map(({ status }) => status)).toEqual(Array(sessionCount).fill(200));
    tell(
      "polls meanwhile, all at once",
      polls.map(({ milliseconds }) => milliseconds),
    );
    expect(readings).toHaveLength(many);
    expect(waiting).toHaveLength(many);
    expect(answered).toBe(0);
    expect(readings.some(({ isOver }) => isOver())).toBe(false);

    await goOn();
    const answers = await Promise.all(waiting);
    await Promise.all(readings.map(({ ended }) => ended));
    console.log(`and all are answered after ${Date.now() - startedAt} ms`);

    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(200));
    expect(new Set(answers.map(({ body }) => body.task_id)).size).toBe(many);
    for (const { body } of answers) expect(body.data).toHaveLength(1);
    for (const reading of readings) expectWhole(reading);
    const late = await latenessOf(readings);
    tell("last events after their commit, under this load", late);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    const { jobs } = await simulatorState(simulator.url);
    const ours = jobs.filter((job) => job.prompt.includes("crowd"));
    expect(ours).toHaveLength(many + sessionCount);
    expect(ours.every(({ charged, refunded }) => charged === 1 && refunded === 0)).toBe(true);
  }, 280_000);
});

describe("events", () => {
  it("arrive soon after their commit, in order, and none is missing", async () => {
    const sessions = Array.from({ length: 4 }, (_, number) => `us-demo-us-calm-${number}`);
    const readings: Reading[] = [];
    for (const session of sessions) {
      const id = await caller(api.url, session).submit({ ...small("calm"), n: 4 });
      const reading = await watch(session, id);
      await reading.ended;
      readings.push(reading);
      expect(viewsOf(reading).at(-1)).toEqual(await caller(api.url, session).view(id));
    }

    for (const reading of readings) {
      expectWhole(reading);
      expect([...new Set(viewsOf(reading).map(({ status }) => status))]).toEqual([
        "pending",
        "processing",
        "completed",
      ]);
    }
    const late = await latenessOf(readings);
    tell("last events after their commit, one task at a time", late);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(10_000);
  });

  it("go on where they broke off, over a connection of their own, and end with 204", async () => {
    const session = "us-demo-us-resumed";
    await standStill();
    const id = await caller(api.url, session).submit(small("resumed"));
    const hangUp = new AbortController();
    const first = await watch(session, id, hangUp.signal);
    await until(() => viewsOf(first).at(-1)?.status === "processing", "it runs");
    hangUp.abort();
    await first.ended.catch(() => {});
    await goOn();
    const headers = { authorization: session, "last-event-id": first.events.at(-1)?.id ?? "" };
    const second = readEvents(await fetch(`${api.url}/v1/images/tasks/${id}/events`, { headers }));
    await second.ended;

    const ids = [...first.events, ...second.events].map((event) => Number(event.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set([...first.events, ...second.events].map(({ data }) => data)).size).toBe(ids.length);
    expect(viewsOf(second).at(-1)).toMatchObject({ status: "completed" });
    const after = { authorization: session, "last-event-id": second.events.at(-1)?.id ?? "" };
    expect((await fetch(`${api.url}/v1/images/tasks/${id}/events`, { headers: after })).status).toBe(204);
  });
});

describe("a caller who hangs up while it waits", () => {
  it("costs nothing more, and its task completes: a call, a stream of pictures, an edit", async () => {
    const image = `${simulator.url}/_samples/640x480.png`;
    await standStill();
    const callers = [
      { prompt: "hung up call", fields: {}, path: "/v1/images/generations" },
      { prompt: "hung up stream", fields: { stream: true }, path: "/v1/images/generations" },
      { prompt: "hung up edit", fields: { image }, path: "/v1/images/edits" },
    ].map(({ prompt, fields, path }) => {
      const session = `us-demo-us-${prompt.replaceAll(" ", "-")}`;
      const hangUp = new AbortController();
      const call = post(session, { ...small(prompt), ...fields }, { signal: hangUp.signal, path });
      const gone = call.then((answer) => answer.text()).catch((error: Error) => error.name);
      return { prompt, session, hangUp, gone };
    });
    for (const { session, prompt } of callers) {
      await until(async () => (await listed(session)).length === 1, "the task is there");
      await until(async () => (await jobsFor(prompt)).length === 1, "its job is there");
    }
    for (const { hangUp } of callers) hangUp.abort();
    expect(await Promise.all(callers.map(({ gone }) => gone))).toEqual(Array(3).fill("AbortError"));
    await goOn();

    await Promise.all(
      callers.map(async ({ session, prompt }) => {
        const [task] = await listed(session);
        const done = await caller(api.url, session).result(task?.task_id ?? "");
        expect(done, prompt).toMatchObject({ status: "completed", partial: false });
        expect(await listed(session), prompt).toHaveLength(1);
        expect(await jobsFor(prompt)).toMatchObject([{ charged: 1, refunded: 0 }]);
      }),
    );
  });

  it("before its task is there leaves no half of one: it completes, or never was", async () => {
    const session = "us-demo-us-hung-up-early";
    const calls = Array.from({ length: 8 }, async (_, number) => {
      const hangUp = new AbortController();
      const call = post(session, small(`early ${number}`), { signal: hangUp.signal });
      // A little later each time.
      setTimeout(() => hangUp.abort(), number * 6);
      return call.then(
        (answer) => answer.text().catch(() => "gone"),
        () => "gone",
      );
    });
    await Promise.all(calls);
    // Whatever was on its way has arrived when a task that was sent after it is done.
    const me = caller(api.url, session);
    await me.result(await me.submit(small("after them")));

    const tasks = await listed(session);
    const ends = await Promise.all(tasks.map(({ task_id }) => me.result(task_id)));
    expect(ends.map(({ status }) => status)).toEqual(Array(tasks.length).fill("completed"));
    const jobs = (await simulatorState(simulator.url)).jobs.filter(({ prompt }) => prompt.includes("early "));
    expect(jobs).toHaveLength(tasks.length - 1);
  }, 240_000);

  it("many times leaves the server as it was", async () => {
    const session = "us-demo-us-hung-up-often";
    await standStill();
    const id = await caller(api.url, session).submit(small("often"));
    for (let round = 0; round < 5; round += 1) {
      const hangUp = new AbortController();
      const readings = await Promise.all(Array.from({ length: 20 }, () => watch(session, id, hangUp.signal)));
      await until(() => readings.every(({ events }) => events.length > 0), "every stream has begun");
      hangUp.abort();
      await Promise.all(readings.map(({ ended }) => ended.catch(() => {})));
    }
    const reading = await watch(session, id);
    await goOn();
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
    expect(api.output()).not.toMatch(/hung|will never generate a response|out of memory/i);
  });
});
