/** Ended requests of the results → images in the out folder and lines of the manifest. Each may be given twice. */
import path from "node:path";
import pLimit from "p-limit";
import { download, isWhole } from "./download.ts";
import { Refusal } from "./http.ts";
import { downloadsAtOnce } from "./limits.ts";
import type { Entry, Manifest } from "./manifest.ts";
import { namesFor } from "./names.ts";
import type { BatchRequest } from "./requests.ts";
import { GaveUp } from "./retrying.ts";
import type { Result, ResultImage } from "./server.ts";
import type { World } from "./world.ts";

export type Delivery = {
  /** Resolves when the ended ones among them are stored and noted. */
  deliver(results: Result[]): Promise<void>;
  /** Whether a request has ended as the manifest says, with all its files in place. */
  isSettled(customId: string): boolean;
  /** Why a request's images could not be downloaded in this run. */
  undelivered: Map<string, string>;
};

/** `changed` is called after each request. */
export function createDelivery(
  world: World,
  run: { folder: string; requests: BatchRequest[]; manifest: Manifest; changed: () => void },
): Delivery {
  const { folder, requests, manifest, changed } = run;
  const nameOf = namesFor(requests.map(({ customId }) => customId));
  const byId = new Map(requests.map((request) => [request.customId, request]));
  const limit = pLimit(downloadsAtOnce);
  const undelivered = new Map<string, string>();
  const settled = new Set<string>();

  function isInPlace(entry: Entry): boolean {
    if (settled.has(entry.custom_id)) return true;
    const isThere = entry.files.every(({ name, bytes }) => isWhole(path.join(folder, name), bytes));
    if (isThere) settled.add(entry.custom_id);
    return isThere;
  }

  const fetchFiles = ({ files }: Entry, images: ResultImage[]) =>
    Promise.all(
      images.map((image, index) => limit(() => download(world, image, path.join(folder, files[index]?.name ?? "")))),
    );

  async function deliverOne(request: BatchRequest, result: Result): Promise<void> {
    const entry = entryOf(request, result, nameOf);
    const before = manifest.get(request.customId);
    if (before?.task_id === entry.task_id && before.status === entry.status && isInPlace(before)) return;
    settled.delete(request.customId);
    try {
      await fetchFiles(entry, result.images ?? []);
    } catch (error) {
      if (!(error instanceof GaveUp || error instanceof Refusal)) throw error;
      undelivered.set(request.customId, error.message);
      world.note(`${request.customId} is made, but not downloaded: ${error.message}`);
      return;
    }
    manifest.add(entry);
    settled.add(request.customId);
    changed();
  }

  return {
    undelivered,
    isSettled(customId) {
      const entry = manifest.get(customId);
      return entry !== undefined && isInPlace(entry);
    },
    deliver: (results) =>
      allOf(
        results.map(async (result) => {
          const request = byId.get(result.custom_id);
          const isNew = request !== undefined && hasEnded(result) && !undelivered.has(result.custom_id);
          if (isNew) await deliverOne(request, result);
        }),
      ),
  };
}

/** Waits for every one, also when one fails: the process must not go on while files are written. */
async function allOf(works: Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === "rejected") throw outcome.reason;
}

type EndedResult = Result & { status: Entry["status"] };

const hasEnded = (result: Result): result is EndedResult =>
  ["completed", "failed", "cancelled"].includes(result.status);

function entryOf({ customId, line, prompt }: BatchRequest, result: Result, nameOf: ReturnType<typeof namesFor>): Entry {
  const images = result.images ?? [];
  return {
    custom_id: customId,
    line,
    prompt,
    task_id: result.task_id,
    status: (result as EndedResult).status,
    files: images.map(({ width, height, bytes, content_type }, index) => ({
      name: nameOf({ customId, index, of: images.length, contentType: content_type }),
      width,
      height,
      bytes,
    })),
    ...(result.partial && { partial: true }),
    ...(result.error && { error: result.error }),
  };
}
