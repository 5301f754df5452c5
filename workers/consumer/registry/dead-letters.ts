/** Ticks that the queue gave up, the last ones. One function per statement. */
import type { DeadLetter } from "#shared/task/registry.ts";

type Sql = DurableObjectStorage["sql"];

const columns = "id, owner, at, replayed_at AS replayedAt";

/** @returns whether it is new: a message may be delivered twice. */
export const insertDeadLetter = (
  sql: Sql,
  { id, owner, at, message }: Omit<DeadLetter, "replayedAt"> & { message: string },
): boolean =>
  sql
    .exec(
      "INSERT OR IGNORE INTO dead_letters (id, message, owner, at) VALUES (?, ?, ?, ?) RETURNING id",
      ...[id, message, owner, at],
    )
    .toArray().length > 0;

export const deleteOldDeadLetters = (sql: Sql, kept: number): void => {
  sql.exec("DELETE FROM dead_letters WHERE seq <= (SELECT MAX(seq) FROM dead_letters) - ?", kept);
};

/** Newest first. */
export const selectDeadLetters = (sql: Sql): DeadLetter[] =>
  sql.exec<DeadLetter>(`SELECT ${columns} FROM dead_letters ORDER BY seq DESC`).toArray();

/** @returns it; null: there is none. @param now Unix milliseconds. */
export const setReplayed = (sql: Sql, id: string, now: number): DeadLetter | null =>
  sql
    .exec<DeadLetter>(`UPDATE dead_letters SET replayed_at = ? WHERE id = ? RETURNING ${columns}`, now, id)
    .toArray()[0] ?? null;
