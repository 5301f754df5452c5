/** One image → a file. It gets its name when all its bytes are on the disk. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { faultOf, passing } from "./http.ts";
import { downloadStallMs } from "./limits.ts";
import { PassingFault, retrying } from "./retrying.ts";
import type { World } from "./world.ts";

/** A length that is wrong again and again is no outage. */
const maxWrongLengths = 5;

type Image = { url: string; bytes: number };

/** Does nothing when the file is there. @throws GaveUp, Refusal, and faults of the disk */
export async function download(world: World, { url, bytes }: Image, file: string): Promise<void> {
  if (isWhole(file, bytes)) return;
  const temporary = path.join(path.dirname(file), unfinished.nameOf(path.basename(file)));
  await retrying(world, { what: `The image ${path.basename(file)}` }, async () => {
    const stall = createStall();
    try {
      const answer = await passing(() => world.fetch(url, { signal: stall.signal }));
      if (!answer.ok) throw await faultOf(answer, world.now());
      const written = await write(answer, temporary, stall.refresh);
      if (written === bytes) return;
      throw new PassingFault(`${written} bytes arrived in place of ${bytes}`, { maxAttempts: maxWrongLengths });
    } finally {
      stall.end();
    }
  });
  renameSync(temporary, file);
}

/** A signal that aborts when `refresh` was not called for some time. */
function createStall(): { signal: AbortSignal; refresh: () => void; end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error(`no byte came for ${downloadStallMs / 1_000} seconds`));
  let timer = setTimeout(abort, downloadStallMs);
  const end = () => clearTimeout(timer);
  const refresh = () => {
    end();
    timer = setTimeout(abort, downloadStallMs);
  };
  return { signal: controller.signal, refresh, end };
}

/** Names of files that are being downloaded. */
const unfinished = {
  nameOf: (name: string): string => `.${name}.part`,
  isOne: (name: string): boolean => /^\..*\.part$/.test(name),
};

export const isWhole = (file: string, bytes: number): boolean =>
  statSync(file, { throwIfNoEntry: false })?.size === bytes;

/** What a command that was ended left of its downloads. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (unfinished.isOne(name)) rmSync(path.join(folder, name), { force: true });
  }
}

/** @returns the number of bytes */
async function write({ body }: Response, file: string, came: () => void): Promise<number> {
  const handle = openSync(file, "w");
  let written = 0;
  try {
    const reader = body?.getReader();
    for (;;) {
      const piece = await passing(async () => (await reader?.read())?.value);
      if (piece === undefined) break;
      came();
      for (let at = 0; at < piece.length; ) at += writeSync(handle, piece, at);
      written += piece.length;
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return written;
}
