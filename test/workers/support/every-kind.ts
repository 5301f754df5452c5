/** A task of every kind, played to its end side by side, and what must have come of each: jobs, charges and images. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect } from "vitest";
import { anImage, base64Of, composition, sendJson, stagedKeys } from "./compositions.ts";
import { call, type Stage, setStage, type View } from "./stage.ts";

const settings = env as { SESSION_CONCURRENCY: string };

export let stage: Stage;

/** Registers the stage. */
export function setStageForAll(): void {
  const usualConcurrency = settings.SESSION_CONCURRENCY;
  beforeEach(() => {
    // Enough slots for all of them at once.
    settings.SESSION_CONCURRENCY = "10";
    stage = setStage();
  });
  afterEach(() => {
    settings.SESSION_CONCURRENCY = usualConcurrency;
  });
}

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
export async function playAll(afterEachMove: () => Promise<unknown> = async () => {}): Promise<Ids> {
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

export const allSent = () => stage.queue.sent.map(({ body }) => body);

/** The outcomes, now and after a second delivery of every sent message, in both orders. */
export async function expectUsualOutcome(ids: Ids): Promise<void> {
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
