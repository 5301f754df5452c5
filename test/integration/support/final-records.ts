/**
 * Reads when each task ended, by the coordinator's clock, from the files of a running runtime. The final record of a
 * task is a KV value in its own file.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** @param state the folder passed to `startRuntime`. @returns Unix milliseconds by task id. */
export function endsIn(state: string): Map<string, number> {
  const values = globSync("v3/kv/*/blobs/*", { cwd: state }).flatMap((file) => {
    try {
      return [JSON.parse(readFileSync(path.join(state, file), "utf8")) as { id?: string; endedAt?: number | null }];
    } catch {
      // The file was being replaced.
      return [];
    }
  });
  return new Map(values.flatMap(({ id, endedAt }) => (id !== undefined && endedAt ? [[id, endedAt]] : [])));
}
