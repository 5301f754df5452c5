/**
 * When each task ended by the coordinator's own clock, read from the runtime's files while it runs: the final record of
 * a task is a file of its own among the values of KV.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** @param state the folder given to `startRuntime`. @returns by task id, Unix milliseconds. */
export function endsIn(state: string): Map<string, number> {
  const values = globSync("v3/kv/*/blobs/*", { cwd: state }).flatMap((file) => {
    try {
      return [JSON.parse(readFileSync(path.join(state, file), "utf8")) as { id?: string; endedAt?: number | null }];
    } catch {
      // Replaced by a later one in this very moment.
      return [];
    }
  });
  return new Map(values.flatMap(({ id, endedAt }) => (id !== undefined && endedAt ? [[id, endedAt]] : [])));
}
