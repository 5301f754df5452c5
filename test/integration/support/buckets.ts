/**
 * Reads the keys in the local buckets from the files of a runtime that has ended. All buckets share one form of
 * database; the objects of a bucket are those whose bytes are in its folder.
 */
import { existsSync, globSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** @param state the folder passed to `startRuntime`. @returns the keys in the bucket. */
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
