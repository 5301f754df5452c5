/** The outbox table, one function per statement. */
import { rowsPerFlush } from "#consumer/limits.ts";

type Sql = DurableObjectStorage["sql"];

/**
 * A decided effect: `record` writes the terminal record of a task, `inputs` deletes the reference images of a task or a
 * batch.
 */
export type EffectKind = "record" | "inputs";
export const effectKinds = ["record", "inputs"] as const satisfies EffectKind[];

/** `dueAt`: when it is run, Unix milliseconds. `attempts`: how often it failed. */
export type OutboxRow = { id: number; kind: EffectKind; task: string; dueAt: number; attempts: number };

export function insertOutbox(sql: Sql, { kind, task, dueAt }: Pick<OutboxRow, "kind" | "task" | "dueAt">): void {
  // `step` is a column of earlier versions.
  sql.exec("INSERT INTO outbox (kind, task, step, due_at) VALUES (?, ?, 0, ?)", kind, task, dueAt);
}

/** The due rows of a kind: limited, so that one flush stays short, and each kind by itself. */
export const selectOutbox = (sql: Sql, kind: EffectKind, now: number): OutboxRow[] =>
  sql
    .exec<OutboxRow>(
      `SELECT id, kind, task, due_at AS dueAt, attempts FROM outbox
       WHERE kind = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`,
      kind,
      now,
      rowsPerFlush,
    )
    .toArray();

/** A row failed: it is run again at this moment. */
export const postponeOutbox = (sql: Sql, id: number, dueAt: number): void => {
  sql.exec("UPDATE outbox SET due_at = ?, attempts = attempts + 1 WHERE id = ?", dueAt, id);
};

/** Withdraws the effects of a task or a batch. */
export const deleteOutboxOf = (sql: Sql, task: string): void => {
  sql.exec("DELETE FROM outbox WHERE task = ?", task);
};

export const deleteOutbox = (sql: Sql, id: number): void => {
  sql.exec("DELETE FROM outbox WHERE id = ?", id);
};

/** When the first row is due, Unix milliseconds; null when there is none. */
export const selectFirstEffect = (sql: Sql): number | null =>
  sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM outbox").one().at;
