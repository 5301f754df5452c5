/** The rows that SQL statements of Durable Objects read. */
import { runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import { coordinators } from "./stage.ts";

/** The rows that are read while this works, by all objects. */
export async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  const [stub] = coordinators();
  if (stub === undefined) throw new Error("no coordinator");
  const prototype = await runInDurableObject(
    stub,
    (_, { storage }) => Object.getPrototypeOf(storage.sql) as SqlStorage,
  );
  const exec = vi.spyOn(prototype, "exec");
  try {
    await work();
    return exec.mock.results.reduce((sum, { value }) => sum + value.rowsRead, 0);
  } finally {
    exec.mockRestore();
  }
}
