/**
 * The checks before a task is stored: whether the same call came before, the idempotency key, earlier refusals of the
 * same contents, and the limits of the caller's key. Reads only.
 */
import type { CreateAnswer, Idempotency, NewTask, RecallAnswer, Snapshot } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import { recall } from "./idempotency.ts";
import type { KeyUses } from "./key-uses.ts";
import { newTask } from "./new-task.ts";
import { selectRefusal } from "./refusals.ts";
import { selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];
type Parts = { sql: Sql; keyUses: KeyUses };
type ShowTask = (task: Task) => Snapshot;

type Admission =
  /** To be stored; parked until it has a slot. */
  | { kind: "new"; task: Task }
  /** The same call came before. */
  | { kind: "same"; task: Task }
  | { kind: "answered"; answer: CreateAnswer };

/** @param now Unix milliseconds. */
export function admit({ sql, keyUses }: Parts, given: NewTask, now: number, show: ShowTask): Admission {
  const same = selectTask(sql, given.id);
  if (same !== null) return { kind: "same", task: same };
  const known = given.idempotency && recallTask(sql, given.idempotency, now, show);
  if (known) return { kind: "answered", answer: known };
  const mayResend = given.resendsRefused || given.request.paid != null;
  const refused = mayResend ? null : selectRefusal(sql, given.contents, now);
  if (refused !== null) return { kind: "answered", answer: { kind: "refusedBefore", ...refused } };
  const refusal = given.key == null ? null : keyUses.refusal(given.tags, given.request, given.key.need, now);
  if (refusal !== null) {
    const allowance = keyUses.allowance(given.tags, now);
    return { kind: "answered", answer: { kind: "aboveLimit", refusal, allowance } };
  }
  const candidates = [...given.sessions.map(({ tag }) => tag), ...(given.pool?.places ?? [])];
  return { kind: "new", task: newTask({ ...given, candidates }, now) };
}

/** The task of an idempotency key; null when the key is new. */
export function recallTask(sql: Sql, idempotency: Idempotency, now: number, show: ShowTask): RecallAnswer | null {
  const recalled = recall(sql, idempotency, now);
  switch (recalled.kind) {
    case "new":
      return null;
    case "conflict":
    case "deleted":
      return { kind: recalled.kind };
    case "existing":
      return { kind: "existing", snapshot: show(recalled.task) };
  }
}
