/**
 * Uploaded files of requests, in the bucket of inputs: each under a key of its caller, so that no other reads it, with
 * everything known of it in the object's own metadata.
 */
import { nanoid } from "nanoid";
import * as z from "zod";
import type { Caller } from "#api/caller/caller.ts";

/** Moments are Unix milliseconds. */
export type StoredFile = { id: string; bytes: number; filename: string; createdAt: number; expiresAt: number };

type Owner = Pick<Caller, "owner" | "keyPrefix">;

/** Object metadata is text. */
const metadataSchema = z.object({ filename: z.string(), createdAt: z.coerce.number(), expiresAt: z.coerce.number() });

/** Holders of different API keys share an owner. */
const prefixOf = ({ owner, keyPrefix }: Owner): string =>
  `batch_file/${owner}/${keyPrefix.replace(":", "") || "sessions"}/`;

export async function putFile(
  bucket: R2Bucket,
  caller: Owner,
  { content, ...given }: Omit<StoredFile, "id" | "bytes"> & { content: Uint8Array },
): Promise<StoredFile> {
  const id = `file-${nanoid()}`;
  await bucket.put(prefixOf(caller) + id, content, {
    httpMetadata: { contentType: "application/jsonl" },
    customMetadata: {
      filename: encodeURIComponent(given.filename),
      createdAt: String(given.createdAt),
      expiresAt: String(given.expiresAt),
    },
  });
  return { id, bytes: content.byteLength, ...given };
}

/** Null for an unknown file, and for one of another caller. */
export async function findFile(bucket: R2Bucket, caller: Owner, id: string): Promise<StoredFile | null> {
  const found = isStoredFileId(id) ? await bucket.head(prefixOf(caller) + id) : null;
  return found && present(fileOf(found));
}

export async function openFile(
  bucket: R2Bucket,
  caller: Owner,
  id: string,
): Promise<{ file: StoredFile; body: R2ObjectBody } | null> {
  const body = isStoredFileId(id) ? await bucket.get(prefixOf(caller) + id) : null;
  const file = body && present(fileOf(body));
  if (body !== null && file === null) await body.body.cancel();
  return body && file && { file, body };
}

/** @returns whether there was such a file. */
export async function deleteFile(bucket: R2Bucket, caller: Owner, id: string): Promise<boolean> {
  if ((await findFile(bucket, caller, id)) === null) return false;
  await bucket.delete(prefixOf(caller) + id);
  return true;
}

/** The newest first. */
export async function listFiles(bucket: R2Bucket, caller: Owner): Promise<StoredFile[]> {
  const files = (await everyObject(bucket, caller)).map(fileOf).filter((file) => present(file) !== null);
  return files.sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
}

/** For servers whose bucket has no rule that deletes old objects. */
export async function deleteExpired(bucket: R2Bucket, caller: Owner): Promise<void> {
  const expired = (await everyObject(bucket, caller)).filter((object) => present(fileOf(object)) === null);
  if (expired.length > 0) await bucket.delete(expired.slice(0, mostDeletedAtOnce).map(({ key }) => key));
}

/** R2's own limit of one call. */
const mostDeletedAtOnce = 1_000;

async function everyObject(bucket: R2Bucket, caller: Owner): Promise<R2Object[]> {
  const found: R2Object[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await bucket.list({ prefix: prefixOf(caller), include: ["customMetadata"], cursor });
    found.push(...page.objects);
    if (!page.truncated) return found;
    cursor = page.cursor;
  }
}

const isStoredFileId = (id: string): boolean => /^file-[\w-]{21}$/.test(id);

function fileOf({ key, size, customMetadata }: R2Object): StoredFile {
  const { filename, ...moments } = metadataSchema.parse(customMetadata);
  return { id: key.slice(key.lastIndexOf("/") + 1), bytes: size, filename: decodeURIComponent(filename), ...moments };
}

/** Null for a file whose time is over. */
const present = (file: StoredFile): StoredFile | null => (file.expiresAt > Date.now() ? file : null);
