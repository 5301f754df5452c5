/** Many tasks on few slots, and on headers with one unusable session: all of them complete. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  aBody,
  aSession,
  call,
  type Stage,
  setStage,
  submitInit,
  submitPath,
  type View,
} from "#test/workers/support/stage.ts";
import { watchSubmits } from "#test/workers/support/submits.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const settings = env as { SESSION_CONCURRENCY: string };
const usualConcurrency = settings.SESSION_CONCURRENCY;
afterEach(() => {
  settings.SESSION_CONCURRENCY = usualConcurrency;
});

const upstreamNameOf = (session: string) => session.replace(/^sg-/, "");

async function submitAs(authorization: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const answer = await call(submitPath, submitInit(authorization, aBody({ prompt: `number ${number}` })));
    ids.push(((await answer.json()) as { id: string }).id);
  }
  return ids;
}

async function endAll(ids: string[], authorization: string): Promise<View[]> {
  const views: View[] = [];
  for (const id of ids) views.push(await stage.end(id, authorization));
  return views;
}

describe("a hundred tasks on a session with five slots, configured as ten", () => {
  const tasks = 100;
  const slots = 5;
  const jobSeconds = 14;
  const believedSlots = 10;

  async function run() {
    settings.SESSION_CONCURRENCY = String(believedSlots);
    const session = upstreamNameOf(stage.session);
    stage.simulator.addAccount({ session, cluster: "sg", concurrency: slots });
    const submits = watchSubmits(stage);
    const startedAt = Date.now();
    const ids = await submitAs(stage.session, tasks);
    return { submits, startedAt, ids };
  }

  const account = () =>
    stage.simulator.state().accounts.find(({ session }) => session === upstreamNameOf(stage.session));

  it("a hundred tasks on five slots complete in order, five at once, in at most 1.25 times the ideal time", async () => {
    const { submits, startedAt, ids } = await run();

    const views = await endAll(ids, stage.session);

    expect(views.map(({ status, error }) => error ?? status)).toEqual(ids.map(() => "completed"));
    expect(views.every(({ images, partial }) => images?.length === 1 && !partial)).toBe(true);
    expect(stage.jobs().map(({ prompt }) => prompt)).toEqual(ids.map((_id, number) => `number ${number}`));
    expect(account()).toMatchObject({ maxConcurrent: slots, credits: 1000 - tasks });
    const idealSeconds = (tasks / slots) * jobSeconds;
    expect((Date.now() - startedAt) / 1000).toBeLessThanOrEqual(1.25 * idealSeconds);
    // The first ten were sent together; their refusals are not repeated.
    const believed = submits.slice(0, believedSlots).map(({ ret }) => ret);
    expect(believed).toEqual(believed.map((_ret, place) => (place < slots ? "0" : "1310")));
    expect(submits.slice(believedSlots).map(({ ret }) => ret)).toEqual(Array(tasks - slots).fill("0"));
  });

  it("a parked task has its position, which only falls once the slots are learnt", async () => {
    const { ids } = await run();
    const last = ids.at(-1) ?? "";
    const places: number[] = [];
    for (let moves = 0; moves < 1_000; moves += 1) {
      const view = await stage.view(last);
      if (view.queue_position === undefined) break;
      places.push(view.queue_position);
      await stage.move();
    }

    expect(places[0]).toBe(tasks - believedSlots);
    // Refused tasks return to their position before it, once.
    const sinceLearnt = places.slice(places.indexOf(tasks - slots));
    expect(sinceLearnt[0]).toBe(tasks - slots);
    expect(sinceLearnt).toEqual(sinceLearnt.toSorted((a, b) => b - a));
    expect(new Set(sinceLearnt).size).toBeGreaterThan(10);
    expect(sinceLearnt.at(-1)).toBeLessThanOrEqual(slots);
    expect(await stage.end(last)).toMatchObject({ status: "completed" });
  });
});

describe("ten tasks on a header with a refused session and a working one", () => {
  const tasks = 10;
  /** The slots of a session: the submits that were sent before the first answer. */
  const together = 4;

  it.each([
    { trouble: "expired", again: 0 },
    { trouble: "nocredit", again: 0 },
    { trouble: "limit", again: 0 },
    // One attempt after each cool-down.
    { trouble: "risk", again: 1 },
    { trouble: "punished", again: 1 },
    { trouble: "full", again: 2 },
    { trouble: "throttled", again: 2 },
  ])(
    "the bad session ($trouble) gets one batch of submits and at most $again more; all tasks end on the good one",
    async ({ trouble, again }) => {
      const bad = aSession(trouble);
      const good = aSession();
      const header = `${bad},${good}`;
      const submits = watchSubmits(stage);
      const ofBad = () => submits.filter(({ session }) => session === upstreamNameOf(bad));

      const views = await endAll(await submitAs(header, tasks), header);

      expect(views.map(({ status, error }) => error ?? status)).toEqual(Array(tasks).fill("completed"));
      expect(stage.jobs().map(({ session }) => session)).toEqual(Array(tasks).fill(upstreamNameOf(good)));
      const firstBatch = ofBad().filter(({ at }) => at === submits[0]?.at);
      expect(firstBatch).toHaveLength(together);
      expect(ofBad().length - firstBatch.length).toBeLessThanOrEqual(again);
    },
  );

  it.each(["expired", "nocredit"])(
    "the bad session (%s) is not asked at all for the next ten tasks",
    async (trouble) => {
      const bad = aSession(trouble);
      const header = `${bad},${aSession()}`;
      const submits = watchSubmits(stage);
      await endAll(await submitAs(header, tasks), header);
      const before = submits.length;

      const views = await endAll(await submitAs(header, tasks), header);

      expect(views.map(({ status }) => status)).toEqual(Array(tasks).fill("completed"));
      const later = submits.slice(before).map(({ session }) => session);
      expect(later).toHaveLength(tasks);
      expect(later).not.toContain(upstreamNameOf(bad));
    },
  );
});
