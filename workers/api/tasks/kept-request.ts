/**
 * The request of a task as it is kept with its record: what the caller wrote, and what was drawn for it. Sealed under a
 * key of its own, which is sealed under the secret of each of its readers: neither the store nor SECRET_KEY opens it.
 */
import type { Context } from "hono";
import type { Caller, CallerEnv } from "#api/caller/caller.ts";
import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import { decrypt, encrypt, fromBase64, toBase64Url } from "#shared/sealed-text.ts";
import { batchOf, placeOf } from "#shared/task/batch-ids.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import type { SealedRequest, TaskRecord } from "#shared/task/task-record.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";
import { type Kept, keptRequestSchema, keptSchema } from "#shared/wire/kept-request.ts";

const keyBytes = 32;
const keyContext = "request-key";

/** @param made the request of the task, with its own number of images, and the seed that was drawn. */
export function keptOf(body: ImageRequest, made: Made, inputs: number): Kept {
  const written = Object.entries(keptRequestSchema.parse(body)).filter(([, value]) => value != null);
  const { count: n, seed, model, paid } = made;
  const request = keptRequestSchema.parse({ model, ...Object.fromEntries(written), ...(n !== null && { n }) });
  const hasSeed = paid === null ? inputs === 0 : paid.sendsSeed;
  return { request, ...(hasSeed && { seed }), input_images: inputs };
}

type Made = Pick<TaskRequest, "count" | "seed" | "model" | "paid">;

/** Seals requests of one caller: all under the same key. */
export async function requestSealer({ readers }: Pick<Caller, "readers">, seal: Seal) {
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const text = toBase64Url(key);
  const box = await importKey(key);
  return {
    /** The key, for each reader. */
    keys: await Promise.all(readers.map(({ secret }) => seal.sealUnder(secret, text, keyContext))),
    seal: (taskId: string, kept: Kept): Promise<string> => encrypt(box, JSON.stringify(kept), contextOf(taskId)),
  };
}

/** @returns null where requests are not kept. */
export async function sealedRequest(c: Context<CallerEnv>, taskId: string, kept: Kept): Promise<SealedRequest | null> {
  if (!c.var.config.KEEP_PROMPTS) return null;
  const sealer = await requestSealer(c.var.caller, c.var.seal);
  return { keys: sealer.keys, text: await sealer.seal(taskId, kept) };
}

/** The request of a task; empty where it was not kept, or cannot be opened. */
export async function openRequest(c: Context<CallerEnv>, record: TaskRecord): Promise<Partial<Kept>> {
  const { id, tags, sealedRequest } = record;
  if (sealedRequest === undefined) return {};
  const reader = c.var.caller.readers.find((one) => tags.some((tag) => one.tags.includes(tag)));
  const sealedKey = sealedRequest.keys[tags.findIndex((tag) => reader?.tags.includes(tag))];
  if (reader === undefined || sealedKey === undefined) return {};
  try {
    const key = await importKey(fromBase64(await c.var.seal.openUnder(reader.secret, sealedKey, keyContext)));
    return keptSchema.parse(JSON.parse(await decrypt(key, sealedRequest.text, contextOf(id))));
  } catch (error) {
    log("warn", "request_unreadable", { task: id, error: error instanceof Error ? error.name : "" });
    return {};
  }
}

const importKey = (key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

/** The text is bound to it. A request of a batch that is made again has another task, at the same place. */
function contextOf(taskId: string): string {
  const batch = batchOf(taskId);
  return batch === null ? `request:${taskId}` : `request:${batch}:${placeOf(taskId)}`;
}
