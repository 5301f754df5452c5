import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HeicAnswer } from "#web/convert/heic/answer.ts";
import type { HeicJob } from "#web/convert/heic/decode.ts";
import { heicIdleMs, heicTimeoutMs, maxHeicPixels } from "#web/limits.ts";

/** A worker that answers as a test says. */
class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: (event: { data: HeicAnswer }) => void = () => {};
  onerror: () => void = () => {};
  jobs: HeicJob[] = [];
  isEnded = false;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeWorker.made.push(this);
  }
  postMessage(job: HeicJob) {
    this.jobs.push(job);
  }
  terminate() {
    this.isEnded = true;
  }
  answers(...answers: HeicAnswer[]) {
    for (const data of answers) this.onmessage({ data });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  FakeWorker.made = [];
  vi.stubGlobal("Worker", FakeWorker);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const bytes = new Uint8Array([1, 2, 3]);
const image = { bitmap: {} as ImageBitmap };

async function decoder() {
  const { heicBitmap } = await import("#web/convert/heic/heic.ts");
  /** Begins one, once the worker has its job. */
  const begin = async () => {
    const result = heicBitmap(bytes);
    await vi.advanceTimersByTimeAsync(0);
    return { result, worker: FakeWorker.made.at(-1) as FakeWorker };
  };
  return { heicBitmap, begin };
}

it("photos that follow each other share a worker, one at a time; it ends when it has had nothing to do", async () => {
  const { heicBitmap, begin } = await decoder();
  const { result, worker } = await begin();
  const second = heicBitmap(bytes);
  await vi.advanceTimersByTimeAsync(0);
  expect(worker.jobs).toEqual([{ bytes, maxPixels: maxHeicPixels }]);
  worker.answers({ isLoaded: true }, image);
  expect(await result).toBe(image);
  await vi.advanceTimersByTimeAsync(0);
  expect(worker.jobs).toHaveLength(2);
  worker.answers(image);
  expect(await second).toBe(image);
  expect(FakeWorker.made).toHaveLength(1);

  await vi.advanceTimersByTimeAsync(heicIdleMs - 1);
  expect(worker.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(worker.isEnded).toBe(true);
  expect((await begin()).worker).not.toBe(worker);
});

it("a worker that decodes for long is not idle", async () => {
  const { begin } = await decoder();
  const first = await begin();
  first.worker.answers({ isLoaded: true }, image);
  await first.result;
  const second = await begin();
  await vi.advanceTimersByTimeAsync(2 * heicIdleMs);
  expect(second.worker).toBe(first.worker);
  expect(second.worker.isEnded).toBe(false);
});

it("a decode that does not end is ended with its worker, and the next photo gets a new one", async () => {
  const { begin } = await decoder();
  const { result, worker } = await begin();
  worker.answers({ isLoaded: true });
  await vi.advanceTimersByTimeAsync(heicTimeoutMs - 1);
  expect(worker.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await result).toEqual({ failure: "late" });
  expect(worker.isEnded).toBe(true);

  const next = await begin();
  expect(next.worker).not.toBe(worker);
  next.worker.answers({ isLoaded: true }, image);
  expect(await next.result).toBe(image);
});

it("a decoder that is not loaded in time counts as not loaded", async () => {
  const { begin } = await decoder();
  const { result, worker } = await begin();
  await vi.advanceTimersByTimeAsync(heicTimeoutMs);
  expect(await result).toEqual({ failure: "notLoaded" });
  expect(worker.isEnded).toBe(true);
});

it("a worker whose script cannot be loaded is ended, and counts as not loaded", async () => {
  const { begin } = await decoder();
  const { result, worker } = await begin();
  worker.onerror();
  expect(await result).toEqual({ failure: "notLoaded" });
  expect(worker.isEnded).toBe(true);
});

it("the memory of a worker that failed is not used again", async () => {
  const { begin } = await decoder();
  const { result, worker } = await begin();
  worker.answers({ isLoaded: true }, { failure: "broken" });
  expect(await result).toEqual({ failure: "broken" });
  expect(worker.isEnded).toBe(true);
});

it("without workers every photo is refused as unsupported", async () => {
  vi.stubGlobal("Worker", undefined);
  const { heicBitmap } = await decoder();
  expect(await heicBitmap(bytes)).toEqual({ failure: "unsupported" });
  expect(await heicBitmap(bytes)).toEqual({ failure: "unsupported" });
});

it("the policy for trusted types makes no other URL than that of the worker", async () => {
  let rules: { createScriptURL: (url: string) => string } | undefined;
  const createPolicy = vi.fn((_name: string, given: NonNullable<typeof rules>) => {
    rules = given;
    return given;
  });
  vi.stubGlobal("trustedTypes", { createPolicy });
  const { begin } = await decoder();
  const first = await begin();
  first.worker.answers({ failure: "broken" });
  await first.result;
  await begin();
  expect(createPolicy.mock.calls.map(([name]) => name)).toEqual(["heic"]);
  expect(rules?.createScriptURL("https://elsewhere.test/")).toBe(first.worker.url);
});
