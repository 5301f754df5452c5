/** The rows that are stored with a new task, beside its own. */
import type { NewTask } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import { insertListed } from "./listing.ts";
import { insertIdempotencyKey, insertSession } from "./tables.ts";

export function insertNew(sql: DurableObjectStorage["sql"], task: Task, { sessions, idempotency }: NewTask): void {
  for (const session of sessions) insertSession(sql, session);
  if (idempotency) insertIdempotencyKey(sql, idempotency.key, idempotency.bodyHash, task.id);
  insertListed(sql, task);
}
