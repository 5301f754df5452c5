/** Counts what Cloudflare charges for, by listening at the bindings of both Workers and inside the coordinator. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { Coordinator } from "#consumer/coordinator/coordinator.ts";

type Operations = {
  kvWrites: number;
  bucketReads: number;
  bucketWrites: number;
  coordinatorCalls: number;
  rowsWritten: number;
};

const calls = ["create", "begin", "report", "alarm"] as const;

/** @returns what was done since; without what a caller's poll asks the coordinator, which is counted by polls. */
export async function countOperations(): Promise<() => Operations> {
  const bucket = methods(env.IMAGES);
  const kvWrites = vi.spyOn(methods(env.TASKS), "put");
  const bucketReads = [vi.spyOn(bucket, "get"), vi.spyOn(bucket, "head")];
  const bucketWrites = [vi.spyOn(bucket, "put"), vi.spyOn(bucket, "list")];
  const coordinatorCalls = calls.map((call) => vi.spyOn(Coordinator.prototype, call));

  const stub = env.COORDINATOR.get(env.COORDINATOR.idFromName("unused"));
  const { cursors, alarms } = await runInDurableObject(stub, (_instance, state) => listen(state.storage));

  const sum = (spies: { mock: { calls: unknown[] } }[]) =>
    spies.reduce((total, { mock }) => total + mock.calls.length, 0);
  return () => ({
    kvWrites: sum([kvWrites]),
    bucketReads: sum(bucketReads),
    bucketWrites: sum(bucketWrites),
    coordinatorCalls: sum(coordinatorCalls),
    // Setting an alarm is charged as a row.
    rowsWritten: cursors.reduce((total, { rowsWritten }) => total + rowsWritten, 0) + sum([alarms]),
  });
}

/** All bindings of a kind share these. */
const methods = <T extends object>(binding: T): T => Object.getPrototypeOf(binding) as T;

function listen(storage: DurableObjectStorage) {
  const cursors: { rowsWritten: number }[] = [];
  const sql = methods(storage.sql);
  const exec = sql.exec;
  vi.spyOn(sql, "exec").mockImplementation(function (this: SqlStorage, ...given) {
    const cursor = exec.apply(this, given);
    cursors.push(cursor);
    return cursor;
  } as SqlStorage["exec"]);
  return { cursors, alarms: vi.spyOn(methods(storage), "setAlarm") };
}
