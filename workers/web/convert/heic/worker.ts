/**
 * A worker that decodes HEIC images with libheif, whose two files are served as its package ships them. Answers one
 * job after the other.
 */
import scriptUrl from "libheif-js/libheif-wasm/libheif.js?url";
import programUrl from "libheif-js/libheif-wasm/libheif.wasm?url";
import type { HeicAnswer } from "./answer.ts";
import { decode, type HeicJob } from "./decode.ts";
import type { LibHeif } from "./libheif.ts";

declare const importScripts: (url: string) => void;
declare const libheif: (options: object) => LibHeif;

let decoder: LibHeif | null = null;

addEventListener("message", async ({ data }: MessageEvent<HeicJob>) => {
  decoder ??= await load();
  if (decoder === null) return;
  const answer: HeicAnswer = await decode(decoder, data).catch(() => ({ failure: "broken" }));
  postMessage(answer, "bitmap" in answer ? { transfer: [answer.bitmap] } : {});
});

async function load(): Promise<LibHeif | null> {
  let program: ArrayBuffer;
  try {
    const answer = fetch(programUrl);
    importScripts(scriptUrl);
    program = await (await answer).arrayBuffer();
  } catch {
    postMessage({ failure: "notLoaded" } satisfies HeicAnswer);
    return null;
  }
  try {
    // It would write about damaged files to the console.
    const loaded = libheif({ wasmBinary: program, print: ignore, printErr: ignore });
    postMessage({ isLoaded: true } satisfies HeicAnswer);
    return loaded;
  } catch {
    postMessage({ failure: "unsupported" } satisfies HeicAnswer);
    return null;
  }
}

const ignore = () => undefined;
