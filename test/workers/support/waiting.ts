/** Waiting callers: the test moves the clock meanwhile, and checks repeatedly for a condition. */
import { vi } from "vitest";
import { Watchers } from "#consumer/coordinator/watchers.ts";
import type { Reading } from "./sse.ts";
import { aBody, call, type Stage, submitInit, submitPath } from "./stage.ts";

const checkEveryMs = 4;
const maxChecks = 2_500;

/** @param what names the condition in the error. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let checks = 0; checks < maxChecks; checks += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, checkEveryMs));
  }
  throw new Error(`never became true: ${what}`);
}

/** Shortens waits for a change, and pauses after a failed call of the coordinator, so that they take no real time. */
export function skipPauses(): void {
  const change = Watchers.prototype.change;
  if (vi.isMockFunction(change)) return;
  vi.spyOn(Watchers.prototype, "change").mockImplementation(function (this: Watchers, id, timeoutMs) {
    return change.call(this, id, Math.min(timeoutMs, checkEveryMs));
  });
  const { wait } = scheduler;
  vi.spyOn(scheduler, "wait").mockImplementation((ms, ...given) => {
    return wait.call(scheduler, Math.min(ms, checkEveryMs), ...given);
  });
}

/** Small enough for events every few seconds. */
const usualStepSeconds = 0.7;
/** For a wait of many minutes whose end matters only. */
export const longStepSeconds = 5;

/** Moves the clock in small steps until the condition is true. */
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

/** Disconnects the client and moves the clock until the server has noticed, so that no stream outlives the test. */
export async function closeStream(stage: Stage, { stop }: Reading): Promise<void> {
  skipPauses();
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

/** Makes the call. Resolves when its task is created, before its answer. */
export async function startWaiting(stage: Stage, path: string, init: RequestInit, bindings = {}): Promise<Pending> {
  const before = stage.created().length;
  let isAnswered = false;
  const answer = call(path, init, bindings).finally(() => {
    isAnswered = true;
  });
  await until(() => isAnswered || stage.created().length > before, "a task is under way");
  const id = stage.created()[before];
  if (id === undefined) throw new Error(`no task: ${(await answer).status} ${await (await answer).text()}`);
  return { id, answer, isAnswered: () => isAnswered };
}

/** Text to image, with `Prefer: wait`. */
export const generate = (stage: Stage, body: object = {}, headers: Record<string, string> = {}) =>
  startWaiting(stage, submitPath, submitInit(stage.session, aBody(body), { prefer: "wait", ...headers }));

/** The answer of a waiting call, and the id of its task. */
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

/** The stored images of a task, fetched from the API. */
export async function storedImages(id: string, count: number): Promise<Uint8Array[]> {
  const images: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await call(`/images/${id}/${index}`);
    if (answer.status !== 200) throw new Error(`image ${index}: ${answer.status}`);
    images.push(await answer.bytes());
  }
  return images;
}
