/**
 * One measurement: starts `npm start` with a state of its own, submits, polls, watches, and counts what its log tells.
 * Talks to this machine only, and gives up after some minutes.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { start, stopAll } from "#scripts/bootstrap/processes.mjs";
import { anyFree } from "#scripts/start/any-port.ts";
import { pipeOf } from "#scripts/wrangler/pipe.ts";
import { type BenchFigures, benchFigures, markdownOf } from "./figures.ts";
import type { BenchFlags } from "./flags.ts";

const START_MS = 120_000;
const MAX_RUN_MS = 600_000;
const POLL_EVERY_MS = 1_000;
const AT_ONCE = 10;

export async function bench(root: string, { tasks, sessions, json }: BenchFlags): Promise<number> {
  const state = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const figures = await measure(root, state, { tasks, sessions });
    console.log(markdownOf(figures));
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
    return 0;
  } finally {
    await stopAll();
    rmSync(state, { recursive: true, force: true });
  }
}

async function measure(
  root: string,
  state: string,
  { tasks, sessions }: Pick<BenchFlags, "tasks" | "sessions">,
): Promise<BenchFigures> {
  const { url, lines } = await startProduct(root, state);
  console.log(`Submitting ${tasks} tasks on ${sessions} sessions; each job takes about 14 seconds.`);
  const giveUpAt = Date.now() + MAX_RUN_MS;
  const callers = Array.from({ length: tasks }, (_, place) => callerOf(url, `us-demo-us-bench-${place % sessions}`));
  const callerAt = (place: number): Caller => {
    const caller = callers[place];
    if (caller === undefined) throw new Error("no such caller");
    return caller;
  };
  const submits = await inTurns(callers, (caller) => timed(() => caller.submit()));
  const submittedAt = Date.now();
  const polls: number[] = [];
  const follow = async ({ value: id }: { value: string }, place: number) => {
    while (Date.now() < giveUpAt) {
      const { value: view, ms } = await timed(() => callerAt(place).poll(id));
      polls.push(ms);
      if (view.status === "completed") return Date.now();
      if (view.status === "failed") throw new Error(`A task failed: ${view.error}`);
      await sleep(POLL_EVERY_MS);
    }
    throw new Error("The tasks did not end in ten minutes.");
  };
  const ends = await Promise.all(submits.map(follow));
  const makespanMs = Math.max(...ends) - submittedAt;
  return benchFigures({ tasks, sessions, submits: submits.map(({ ms }) => ms), polls, makespanMs, lines: lines() });
}

async function startProduct(root: string, state: string): Promise<{ url: string; lines: () => string[] }> {
  const port = await anyFree();
  const url = `http://127.0.0.1:${port}`;
  const args = [path.join(root, "scripts/bootstrap/run.mjs"), "start", "--port", String(port), "--state", state];
  const { child, exited } = start(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [pipeOf(child.stdout), pipeOf(child.stderr)]) {
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => {
      text += piece;
    });
  }
  const died = exited.then(() => {
    throw new Error(`The product could not be started:\n${text}`);
  });
  await Promise.race([died, answers(url)]);
  died.catch(() => {}); // it is stopped at the end
  return { url, lines: () => text.split("\n") };
}

async function answers(url: string): Promise<void> {
  const giveUpAt = Date.now() + START_MS;
  while (Date.now() < giveUpAt) {
    const isThere = await fetch(`${url}/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await sleep(POLL_EVERY_MS);
  }
  throw new Error("The product did not answer in two minutes.");
}

type Caller = { submit: () => Promise<string>; poll: (id: string) => Promise<{ status: string; error?: string }> };

function callerOf(url: string, session: string): Caller {
  const headers = { authorization: session, "content-type": "application/json", prefer: "respond-async" };
  // Equal requests within seconds would join one task.
  const submitHeaders = { ...headers, "idempotency-key": randomUUID() };
  const body = JSON.stringify({ prompt: "a lighthouse at dawn", resolution: "1k" });
  const read = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    submit: async () =>
      (
        await read<{ task_id: string }>(
          await fetch(`${url}/v1/images/generations`, { method: "POST", headers: submitHeaders, body }),
        )
      ).task_id,
    poll: async (id) => read(await fetch(`${url}/v1/images/tasks/${id}`, { headers })),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  return { value: await work(), ms: performance.now() - startedAt };
}

/** A fixed number at a time, results in order. */
async function inTurns<In, Out>(items: In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [place, item] of waiting) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
