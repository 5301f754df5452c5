/**
 * The queue delivers at least once, in any order, and a batch may fail in the middle. Tasks of every
 * kind in the same batches still end as if each message came once: same jobs, charges and images.
 */

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";
import { anImage, base64Of, composition, sendJson, stagedKeys } from "#test/workers/support/compositions.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { call, type Stage, setStage, type View } from "#test/workers/support/stage.ts";

const settings = env as { SESSION_CONCURRENCY: string };
const usualConcurrency = settings.SESSION_CONCURRENCY;

let stage: Stage;
beforeEach(() => {
  // Enough slots for all of them at once.
  settings.SESSION_CONCURRENCY = "10";
  stage = setStage();
});
afterEach(() => {
  settings.SESSION_CONCURRENCY = usualConcurrency;
});

type Outcome = {
  status: string;
  error: string | null;
  isPartial: boolean;
  /** In the view and in the bucket, without small versions. */
  images: [number, number];
  jobs: { charged: number; refunded: number; continues: number; inputs: number }[];
};

const aJob = (changes: Partial<Outcome["jobs"][number]> = {}) => ({
  charged: 1,
  refunded: 0,
  continues: 0,
  inputs: 0,
  ...changes,
});

const delivered = (images: number, job = aJob()): Outcome => ({
  status: "completed",
  error: null,
  isPartial: false,
  images: [images, images],
  jobs: [job],
});

const withoutImages = (error: string, jobs: Outcome["jobs"]): Outcome => ({
  status: "failed",
  error,
  isPartial: false,
  images: [0, 0],
  jobs,
});

/** By prompt. */
const expected: Record<string, Outcome> = {
  "a generation": delivered(2, aJob({ charged: 2 })),
  "eight images": delivered(8, aJob({ charged: 8, continues: 1 })),
  "a composition": delivered(2, aJob({ charged: 2, inputs: 2 })),
  "one whose answer is lost sim:lost-answer": delivered(1),
  "one that fails sim:failed": withoutImages("upstream_failed", [aJob({ refunded: 1 })]),
  "one that is refused sim:ret-2003": withoutImages("input_moderated", []),
  // Slow, so that it still runs after a search for its submit.
  "one cancelled while it runs sim:slow": withoutImages("cancelled", [aJob({ refunded: 1 })]),
  "one cancelled before it begins": withoutImages("cancelled", []),
};

type Ids = Map<string, string>;

async function submitAll(): Promise<Ids> {
  const ids: Ids = new Map();
  for (const prompt of Object.keys(expected)) {
    if (prompt === "a composition") {
      const images = [1, 2].map((seed) => `data:image/png;base64,${base64Of(anImage(1_000, seed))}`);
      const answer = await sendJson(stage, composition({ prompt, images, n: 2, resolution: "1k" }));
      ids.set(prompt, ((await answer.json()) as { id: string }).id);
    } else {
      const n = { "a generation": 2, "eight images": 8 }[prompt] ?? 1;
      ids.set(prompt, await stage.task({ prompt, n }));
    }
  }
  return ids;
}

const cancel = (id = "") =>
  call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers: { authorization: `Bearer ${stage.session}` } });

async function outcomeOf(prompt: string, id: string): Promise<Outcome> {
  const view = await stage.view(id);
  const { objects } = await env.IMAGES.list({ prefix: `${id}/` });
  return {
    status: view.status,
    error: view.error_code ?? null,
    isPartial: view.partial,
    images: [view.images?.length ?? 0, objects.filter(({ key }) => !key.endsWith("/small")).length],
    jobs: stage
      .jobs()
      .filter((job) => job.prompt === prompt)
      .map(({ charged, refunded, continues, inputs }) => ({ charged, refunded, continues, inputs: inputs.length })),
  };
}

async function outcomes(ids: Ids): Promise<Record<string, Outcome>> {
  const found: Record<string, Outcome> = {};
  for (const [prompt, id] of ids) found[prompt] = await outcomeOf(prompt, id);
  return found;
}

async function views(ids: Ids): Promise<View[]> {
  return Promise.all([...ids.values()].map((id) => stage.view(id)));
}

/** @param afterEachMove runs after each move. */
async function playAll(afterEachMove: () => Promise<unknown> = async () => {}): Promise<Ids> {
  const ids = await submitAll();
  await cancel(ids.get("one cancelled before it begins"));
  const toBeCancelled = ids.get("one cancelled while it runs sim:slow") ?? "";
  let isCancelled = false;
  const isLive = async () => (await views(ids)).some(({ status }) => status === "pending" || status === "processing");
  for (let moves = 0; await isLive(); moves += 1) {
    if (moves > maxMoves || !(await stage.move())) throw new Error(JSON.stringify(await outcomes(ids)));
    await afterEachMove();
    if (isCancelled || (await stage.view(toBeCancelled)).status !== "processing") continue;
    isCancelled = true;
    await cancel(toBeCancelled);
  }
  return ids;
}

const maxMoves = 400;

const allSent = () => stage.queue.sent.map(({ body }) => body);

/** The outcomes, now and after a second delivery of every sent message, in both orders. */
async function expectUsualOutcome(ids: Ids): Promise<void> {
  expect(await outcomes(ids)).toEqual(expected);
  expect(await stagedKeys()).toEqual([]);
  // Once, and again after a lost report: it costs nothing.
  expect(stage.calls("cancel")).toBeGreaterThanOrEqual(1);
  expect(stage.calls("cancel")).toBeLessThanOrEqual(2);
  expect(new Set(stage.jobs().map(({ submitId }) => submitId)).size).toBe(stage.jobs().length);

  const [before, calls] = [await views(ids), stage.fetched.mock.calls.length];
  await stage.queue.deliverOnly(allSent());
  await stage.queue.deliverOnly(allSent().toReversed());
  expect(await views(ids)).toEqual(before);
  expect(stage.fetched.mock.calls).toHaveLength(calls);
}

/** Every message is sent twice, the second time with this delay. */
function sendTwice(secondsApart: number): void {
  const { send } = stage.queue;
  const once = send.getMockImplementation();
  if (once === undefined) throw new Error("the queue is not played");
  send.mockImplementation(async (body, options) => {
    await once.call(env.TASK_QUEUE, body, options);
    const delaySeconds = (options?.delaySeconds ?? 0) + secondsApart;
    return once.call(env.TASK_QUEUE, body, { ...options, delaySeconds });
  });
}

it("every message delivered once leads to the expected outcome", async () => {
  await expectUsualOutcome(await playAll());
});

describe("every message twice", () => {
  it("every message twice in one batch makes no difference", async () => {
    sendTwice(0);
    await expectUsualOutcome(await playAll());
  });

  it.each([1, 44, 60])("every message twice, %i seconds apart, makes no difference", async (seconds) => {
    sendTwice(seconds);
    await expectUsualOutcome(await playAll());
  });

  it("every message twice, in two batches at the same time, makes no difference", async () => {
    const { deliver } = stage.queue;
    stage.queue.deliver = async () => {
      const waiting = stage.queue.waiting();
      const [first] = await Promise.all([deliver(), stage.queue.deliverOnly(waiting)]);
      return first;
    };
    await expectUsualOutcome(await playAll());
  });
});

describe("another order", () => {
  it("all sent messages again after each move, newest first, make no difference", async () => {
    await expectUsualOutcome(await playAll(() => stage.queue.deliverOnly(allSent().toReversed())));
  });

  it("all sent messages again after each move, oldest first, make no difference", async () => {
    await expectUsualOutcome(await playAll(() => stage.queue.deliverOnly(allSent())));
  });

  it("messages delivered early, newest first, and lost when retried make no difference", async () => {
    await expectUsualOutcome(
      await playAll(async () => {
        const waiting = stage.queue.waiting().toReversed();
        stage.queue.lose();
        await stage.queue.deliverOnly(waiting);
      }),
    );
  });
});

describe("a batch that fails half way", () => {
  const numbers = [1, 3, 5, 8];

  it.each(numbers)("a loss of report number %i on its way to the coordinator makes no difference", async (from) => {
    const report = aCoordinatorThat("report", { fails: 1, from });
    const ids = await playAll();

    expect(report.mock.calls.length).toBeGreaterThan(from);
    await expectUsualOutcome(ids);
  });

  it.each(numbers)("a lost answer to report number %i makes no difference", async (from) => {
    const report = aCoordinatorThat("report", { fails: 1, from, after: true });
    const ids = await playAll();

    expect(report.mock.calls.length).toBeGreaterThan(from);
    await expectUsualOutcome(ids);
  });

  it.each([1, 2, 4])("a lost answer to begin number %i makes no difference", async (from) => {
    aCoordinatorThat("begin", { fails: 1, from, after: true });
    await expectUsualOutcome(await playAll());
  });

  it.each([1, 5, 12, 20])("an error thrown in call number %i makes no difference", async (number) => {
    const after = Deadline.after.bind(Deadline);
    let calls = 0;
    vi.spyOn(Deadline, "after").mockImplementation((ms) => {
      calls += 1;
      if (calls === number) throw new Error("a bug");
      return after(ms);
    });
    const ids = await playAll();

    expect(calls).toBeGreaterThan(number);
    await expectUsualOutcome(ids);
  });

  it("a consumer that ends before its ack, once for every message, makes no difference", async () => {
    const { deliver } = stage.queue;
    let unacked = 0;
    stage.queue.deliver = async () => {
      const outcomes = await deliver();
      for (const { body, kind } of outcomes) {
        // Messages of one owner are alike: those that come again are marked.
        if (kind !== "acked" || Object.hasOwn(body as object, "isAgain")) continue;
        unacked += 1;
        stage.queue.add({ ...(body as object), isAgain: true }, 10, 1);
      }
      return outcomes;
    };
    const ids = await playAll();

    expect(unacked).toBeGreaterThan(5);
    await expectUsualOutcome(ids);
  });
});
