/** An input file → the requests of a run with their sizes, and everything wrong about them. Reads wordlists and sizes. */
import type { BatchFlags } from "./flags.ts";
import type { Fault } from "./input/line.ts";
import { parseInput } from "./input/parse-input.ts";
import { maxPartBytes } from "./limits.ts";
import { addedBytes } from "./local-images.ts";
import type { Size } from "./parts.ts";
import { type BatchRequest, requestsOf } from "./requests.ts";
import { expandLines } from "./templates/expand.ts";
import { wordlistsIn } from "./templates/wordlists.ts";

export type Prepared = { requests: BatchRequest[]; sizes: Size[]; faults: Fault[]; notes: string[] };

/** @param folder of the reference images that are files; `wordlists` is relative to nothing else */
export function prepare(
  input: { bytes: Uint8Array; name: string; folder: string },
  flags: Pick<BatchFlags, "set" | "templates" | "random" | "seed"> & { wordlists: string | undefined },
): Prepared {
  const parsed = parseInput(input.bytes, input.name);
  const wordsOf = wordlistsIn(flags.wordlists);
  const { lines, faults } = flags.templates
    ? expandLines(parsed.lines, { random: flags.random, seed: flags.seed, wordsOf })
    : { lines: parsed.lines.map((line) => ({ ...line, copy: null })), faults: [] };
  const made = requestsOf(lines, flags.set);
  const requests: BatchRequest[] = [];
  const sizes: Size[] = [];
  const tooLarge: Fault[] = [];
  for (const request of made.requests) {
    const size = sizeOf(request, input.folder);
    if (typeof size === "string") tooLarge.push({ line: request.line, customId: request.customId, message: size });
    else {
      requests.push(request);
      sizes.push({ bytes: size, images: imagesOf(request.body) });
    }
  }
  const all = [...parsed.faults, ...faults, ...made.faults, ...tooLarge];
  if (all.length === 0 && requests.length === 0) all.push({ line: 1, message: "the file has no prompt", ofFile: true });
  return { requests, sizes, faults: all, notes: parsed.notes };
}

/** The bytes of a request's line, or the fault of its images. */
function sizeOf(request: BatchRequest, folder: string): number | string {
  const added = addedBytes(request, folder);
  if (typeof added !== "number") return `the reference image ${added.missing} is not in ${folder}`;
  const size = Buffer.byteLength(JSON.stringify(request.body)) + 1 + added;
  if (size <= maxPartBytes) return size;
  return `with its reference images it has ${(size / 1e6).toFixed(1)} MB; the limit is ${maxPartBytes / 1e6} MB: give links instead`;
}

const imagesOf = ({ image, images }: Record<string, unknown>): string[] =>
  [image, images].flat().flatMap((one) => (one === undefined || one === null ? [] : [JSON.stringify(one)]));
