import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { download } from "#scripts/batch/download.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "download-"));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** A server that sends a byte after each pause, and the notes of a download from it. */
function start(pausesOfAttempts: number[][]) {
  const notes: string[] = [];
  let attempts = 0;
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const pauses = [...(pausesOfAttempts[attempts++] ?? [])];
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const pause = pauses.shift();
      if (pause === undefined) return controller.close();
      await new Promise((come) => setTimeout(come, pause));
      if (init?.signal?.aborted !== true) controller.enqueue(new Uint8Array([1]));
    };
    const begin = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
    return new Response(
      new ReadableStream({ start: (controller) => void begin(controller), pull }, { highWaterMark: 0 }),
    );
  };
  const sleep = async () => {};
  const world = {
    fetch,
    sleep,
    now: () => 0,
    random: () => 0,
    note: (text: string) => notes.push(text),
    isTerminal: false,
  };
  const file = path.join(folder, "a.png");
  return { notes, file, attempts: () => attempts, done: download(world, { url: "http://a/", bytes: 4 }, file) };
}

describe("a download", () => {
  it("may take long, as long as bytes come", async () => {
    const { done, file, attempts } = start([[29_000, 29_000, 29_000, 29_000]]);
    await vi.advanceTimersByTimeAsync(120_000);
    await done;
    expect([readFileSync(file).length, attempts()]).toEqual([4, 1]);
  });

  it("of which no byte came for 30 seconds is begun again", async () => {
    const { done, notes, file, attempts } = start([[1_000, 31_000], [31_000], [1, 1, 1, 1]]);
    await vi.advanceTimersByTimeAsync(70_000);
    await done;
    expect([readFileSync(file).length, attempts()]).toEqual([4, 3]);
    expect(notes).toEqual([expect.stringContaining("no byte came for 30 seconds")]);
  });
});
