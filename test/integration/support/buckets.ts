/**
 * What the local buckets hold, read from the runtime's own files once it has ended. The files of all buckets look
 * alike; a bucket's objects are those whose bytes lie in its folder.
 */
import { existsSync, globSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** @param state the folder given to `startRuntime`. @returns the keys in the bucket. */
export function keysIn(state: string, bucket: string): string[] {
  const buckets = path.join(state, "v3/r2");
  const blobs = path.join(buckets, bucket, "blobs");
  const there = new Set(existsSync(blobs) ? readdirSync(blobs) : []);
  return globSync("*R2BucketObject/*.sqlite", { cwd: buckets })
    .filter((file) => !file.endsWith("metadata.sqlite"))
    .flatMap((file) => objectsIn(path.join(buckets, file)))
    .filter(({ blobId }) => blobId !== null && there.has(blobId))
    .map(({ key }) => key);
}

function objectsIn(file: string): { key: string; blobId: string | null }[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare("SELECT key, blob_id AS blobId FROM _mf_objects").all() as {
      key: string;
      blobId: string | null;
    }[];
  } finally {
    database.close();
  }
}
