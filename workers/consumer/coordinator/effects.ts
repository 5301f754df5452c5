/** The outbox table, one function per statement. */
import { rowsPerFlush } from "#consumer/limits.ts";

type Sql = DurableObjectStorage["sql"];

/**
 * A decided effect: `record` writes the terminal record of a task, `inputs` deletes the reference images of a task or a
 * batch, `deletion` deletes images of a task, and the record with the last of them, `sweep` does so once more.
 */
export type EffectKind = "record" | "inputs" | "deletion" | "sweep";
export const effectKinds = ["record", "inputs", "deletion", "sweep"] as const satisfies EffectKind[];

/**
 * `dueAt`: when it is run, Unix milliseconds. `attempts`: how often it failed. `image`: the one to delete; null: all, and
 * of other kinds.
 */
export type OutboxRow = {
  id: number;
  kind: EffectKind;
  task: string;
  image: number | null;
  dueAt: number;
  attempts: number;
};
type NewRow = Pick<OutboxRow, "kind" | "task" | "dueAt"> & { image?: number | null };

/** `step` is the place of the image, from 1; 0 for none. */
export function insertOutbox(sql: Sql, { kind, task, dueAt, image = null }: NewRow): void {
  const step = image === null ? 0 : image + 1;
  sql.exec("INSERT INTO outbox (kind, task, step, due_at) VALUES (?, ?, ?, ?)", kind, task, step, dueAt);
}

/** The due rows of a kind: limited, so that one flush stays short, and each kind by itself. */
export const selectOutbox = (sql: Sql, kind: EffectKind, now: number): OutboxRow[] =>
  sql
    .exec<OutboxRow>(
      `SELECT id, kind, task, CASE step WHEN 0 THEN NULL ELSE step - 1 END AS image, due_at AS dueAt, attempts FROM outbox
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

/** What was deleted is deleted once more at this moment. */
export const sweepOutbox = (sql: Sql, id: number, dueAt: number): void => {
  sql.exec("UPDATE outbox SET kind = 'sweep', due_at = ?, attempts = 0 WHERE id = ?", dueAt, id);
};

/** Images of the task that were deleted lately. */
export const selectDeletedImages = (sql: Sql, task: string): number[] =>
  sql
    .exec<{ image: number }>(
      "SELECT step - 1 AS image FROM outbox WHERE task = ? AND kind IN ('deletion', 'sweep') AND step > 0",
      task,
    )
    .toArray()
    .map(({ image }) => image);

/** Withdraws the effects of a deleted task, except the removal of its reference images. */
export const withdrawRecord = (sql: Sql, task: string): void => {
  sql.exec("DELETE FROM outbox WHERE task = ? AND kind <> 'inputs'", task);
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
