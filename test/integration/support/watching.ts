/** Shared by the tests of waiting callers: a product whose upstream clock can be stopped, and readers of its events. */
import { afterAll, beforeAll, expect } from "vitest";
import { type Reading, readEvents } from "#test/workers/support/sse.ts";
import { controlSimulator, simulatorState, type TaskAnswer } from "./caller.ts";
import { endsIn } from "./final-records.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./processes.ts";

const speed = 16;
const pollEveryMs = 50;
const timeoutMs = 90_000;

type Moments = { updated_at: number };
type PostOptions = { signal?: AbortSignal; path?: string };

export const smallImage = (prompt: string) => ({ prompt, n: 1, resolution: "1k" });

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const startedAt = Date.now();
  while (!(await condition())) {
    if (Date.now() - startedAt > timeoutMs) throw new Error(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

export const viewsOf = ({ events }: Reading) => events.map(({ data }) => JSON.parse(data) as TaskAnswer & Moments);

/** Prints a summary of durations; no test depends on them. */
export function logDurations(what: string, milliseconds: number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  console.log(
    `${what}: ${sorted.length}, half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms, all within ${at(1)} ms`,
  );
}

export function expectCompleteStream(reading: Reading): void {
  const views = viewsOf(reading);
  expect(views.at(-1)).toMatchObject({ status: "completed", progress: 100 });
  expect(views.slice(0, -1).every(({ status }) => status === "pending" || status === "processing")).toBe(true);
  const ids = reading.events.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(reading.events.map(({ data }) => data)).size).toBe(reading.events.length);
  for (const { at, data } of reading.events) {
    // updated_at is in whole seconds.
    expect(at / 1000).toBeGreaterThan((JSON.parse(data) as Moments).updated_at - 1);
  }
}

/** Registers the hooks. */
export function startWatchedProduct() {
  const state = temporaryFolder();
  let simulator: Running;
  let api: Running;

  beforeAll(async () => {
    simulator = await startSimulator(speed);
    api = await startRuntime({ state: state.path, upstream: simulator.url });
  });

  afterAll(async () => {
    await api?.stop();
    await simulator?.stop();
    state.remove();
  });

  return {
    url: () => api.url,
    output: () => api.output(),
    sample: (name: string) => `${simulator.url}/_samples/${name}`,
    jobs: async () => (await simulatorState(simulator.url)).jobs,
    /** The jobs with exactly this prompt. */
    jobsFor: async (prompt: string) =>
      (await simulatorState(simulator.url)).jobs.filter((job) => job.prompt.replaceAll("#", "").trim() === prompt),
    /** Stops every job until `startUpstreamClock`. */
    stopUpstreamClock: () => controlSimulator(simulator.url, "clock", { speed: 0 }),
    startUpstreamClock: () => controlSimulator(simulator.url, "clock", { speed }),
    /** The next call of the session to this endpoint is never answered. */
    leaveUnanswered: (endpoint: string, session: string) =>
      controlSimulator(simulator.url, "faults", { endpoint, fault: "hang", session }),
    /** Whether every fault has met its call. */
    areFaultsMet: async () => (await simulatorState(simulator.url)).faults.length === 0,
    async watch(session: string, id: string, signal?: AbortSignal): Promise<Reading> {
      const init = { headers: { authorization: session }, ...(signal && { signal }) };
      return readEvents(await fetch(`${api.url}/v1/images/tasks/${id}/events`, init));
    },
    /** Posts as a caller that waits for the images. */
    post: (session: string, body: object, { signal, path = "/v1/images/generations" }: PostOptions = {}) =>
      fetch(api.url + path, {
        method: "POST",
        headers: { authorization: session, "content-type": "application/json", prefer: "wait=300" },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    async listed(session: string): Promise<TaskAnswer[]> {
      const answer = await fetch(`${api.url}/v1/images/tasks?limit=100`, { headers: { authorization: session } });
      return ((await answer.json()) as { data: TaskAnswer[] }).data;
    },
    /**
     * Milliseconds from commit to arrival of the last event of each stream; both times come from this machine's clock.
     */
    async delaysOf(readings: Reading[]): Promise<number[]> {
      const ids = new Set(readings.map((reading) => viewsOf(reading)[0]?.task_id ?? ""));
      await until(() => [...ids].every((id) => endsIn(state.path).has(id)), "every task has its final record");
      const ends = endsIn(state.path);
      return readings.map((reading) => {
        const last = reading.events.at(-1);
        return (last?.at ?? 0) - (ends.get(viewsOf(reading)[0]?.task_id ?? "") ?? 0);
      });
    },
  };
}
