/** The rows that are stored with a new task, beside its own. */
import type { NewTask } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import type { KnownSessions } from "./known-sessions.ts";
import { insertListed } from "./listing.ts";
import { insertIdempotencyKey } from "./tables.ts";

export function insertNew(
  sql: DurableObjectStorage["sql"],
  known: Pick<KnownSessions, "insert">,
  task: Task,
  { sessions, pool, idempotency }: NewTask,
): void {
  for (const session of sessions) known.insert(session, pool);
  if (idempotency) insertIdempotencyKey(sql, idempotency.key, idempotency.bodyHash, task.id);
  insertListed(sql, task);
}
