/**
 * Callers who wait: the test moves the clock while they do, and looks again and again until something has come about.
 */
import { vi } from "vitest";
import { Watchers } from "#consumer/coordinator/watchers.ts";
import type { Reading } from "./sse.ts";
import { aBody, call, type Stage, submitInit, submitPath } from "./stage.ts";

const lookEveryMs = 4;
const maxLooks = 2_500;

/** @param what for the message, should it never come about. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new Error(`never came about: ${what}`);
}

/** The first pauses after a coordinator that failed. Whatever else lasts so long goes on behind its limit. */
const pausesMs = [1_000, 2_000, 4_000];

const usual = globalThis.setTimeout;

/** Waits for a change look again at once: ticks and pauses cost no real time. */
export function hurry(): void {
  const change = Watchers.prototype.change;
  if (vi.isMockFunction(change)) return;
  vi.spyOn(Watchers.prototype, "change").mockImplementation(function (this: Watchers, id, timeoutMs) {
    return change.call(this, id, Math.min(timeoutMs, lookEveryMs));
  });
  const sooner = (callback: () => void, delayMs = 0) =>
    usual(callback, pausesMs.includes(delayMs) ? lookEveryMs : delayMs);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(sooner as typeof setTimeout);
}

/** Small enough for what happens every few seconds. */
const usualStepSeconds = 0.7;
/** For a wait of many minutes of which only the end matters. */
export const longStepSeconds = 5;

/** Time passes, in steps too small to matter, until something has come about. */
export async function timePasses(
  stage: Stage,
  condition: () => boolean,
  what: string,
  stepSeconds = usualStepSeconds,
): Promise<void> {
  await until(() => {
    stage.advance(stepSeconds);
    return condition();
  }, what);
}

/** The client goes away, and time passes until the server has noticed: nothing of the stream outlives the test. */
export async function closeStream(stage: Stage, { stop }: Reading): Promise<void> {
  hurry();
  let isClosed = false;
  const closed = stop().finally(() => {
    isClosed = true;
  });
  await timePasses(stage, () => isClosed, "the stream is closed");
  await closed;
}

export type Pending = {
  /** The task it waits for. */
  id: string;
  answer: Promise<Response>;
  isAnswered: () => boolean;
};

/** The call is made and its task is under way; its answer is still to come. */
export async function startWaiting(stage: Stage, path: string, init: RequestInit, bindings = {}): Promise<Pending> {
  const before = stage.queue.sent.length;
  let isAnswered = false;
  const answer = call(path, init, bindings).finally(() => {
    isAnswered = true;
  });
  await until(() => isAnswered || stage.queue.sent.length > before, "a task is under way");
  const id = stage.queue.sent[before]?.body.task;
  if (id === undefined) throw new Error(`no task: ${(await answer).status} ${await (await answer).text()}`);
  return { id, answer, isAnswered: () => isAnswered };
}

/** Text to image, by a caller who says outright that it waits. */
export const generate = (stage: Stage, body: object = {}, headers: Record<string, string> = {}) =>
  startWaiting(stage, submitPath, submitInit(stage.session, aBody(body), { prefer: "wait", ...headers }));

/** As a caller who waits sees it, from its call to its answer. */
export async function generated(stage: Stage, body: object = {}, headers: Record<string, string> = {}) {
  const { id, answer } = await generate(stage, body, headers);
  await stage.end(id);
  return { id, answer: await answer };
}

export type Images = {
  created: number;
  data: { url?: string; b64_json?: string }[];
  output_format: string;
  usage: object;
  task_id: string;
  task_ids?: string[];
};

export const decoded = (base64 = ""): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The stored images of a task, as anybody fetches them. */
export async function storedImages(id: string, count: number): Promise<Uint8Array[]> {
  const images: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await call(`/images/${id}/${index}`);
    if (answer.status !== 200) throw new Error(`image ${index}: ${answer.status}`);
    images.push(await answer.bytes());
  }
  return images;
}
