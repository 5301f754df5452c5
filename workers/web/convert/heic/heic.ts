/**
 * Decodes HEIC images where the browser cannot. The decoder is loaded with the first one, into a worker that ends when
 * it fails, takes too long or has nothing to do: its memory never shrinks.
 */
import { heicIdleMs, heicTimeoutMs, maxHeicPixels } from "#web/limits.ts";
import { trustedScript } from "#web/trusted-script.ts";
import type { HeicAnswer, HeicFailure } from "./answer.ts";
import type { HeicJob } from "./decode.ts";
import workerUrl from "./worker.ts?worker&url";

export type Decoded = { bitmap: ImageBitmap } | { failure: HeicFailure | "late" };

let worker: Worker | null = null;
let idle: ReturnType<typeof setTimeout> | undefined;
/** One at a time: each needs much memory. */
let last: Promise<unknown> = Promise.resolve();

/** The caller closes the bitmap. */
export function heicBitmap(bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  // A browser without workers or WebAssembly.
  const result = last.then(() => decodedBy(bytes)).catch((): Decoded => ({ failure: "unsupported" }));
  last = result;
  return result;
}

async function decodedBy(bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  clearTimeout(idle);
  const result = await answerTo({ bytes, maxPixels: maxHeicPixels });
  if ("failure" in result) end();
  else idle = setTimeout(end, heicIdleMs);
  return result;
}

function end(): void {
  worker?.terminate();
  worker = null;
}

function answerTo(job: HeicJob): Promise<Decoded> {
  return new Promise((resolve) => {
    const isNew = worker === null;
    worker ??= new Worker(trustedScript("heic", workerUrl));
    let timer = setTimeout(() => settle({ failure: isNew ? "notLoaded" : "late" }), heicTimeoutMs);
    const settle = (result: Decoded) => {
      clearTimeout(timer);
      resolve(result);
    };
    worker.onmessage = ({ data }: MessageEvent<HeicAnswer>) => {
      if (!("isLoaded" in data)) return settle(data);
      clearTimeout(timer);
      timer = setTimeout(() => settle({ failure: "late" }), heicTimeoutMs);
    };
    // Its script could not be loaded: what it does, it catches.
    worker.onerror = () => settle({ failure: "notLoaded" });
    worker.postMessage(job);
  });
}
