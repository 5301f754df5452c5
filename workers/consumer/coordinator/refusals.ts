/**
 * Contents (prompt and reference images) that the upstream's content rules refused: a repetition is refused again, and
 * may be charged again. A row has a tag and the reason, and nothing of the request.
 */
import { refusalMemoryMs } from "#consumer/limits.ts";
import { remedyOf, type TaskError, taskErrorSchema } from "#shared/errors.ts";
import type { Row } from "#shared/task/row.ts";

type Sql = DurableObjectStorage["sql"];

/** Remembers the error of a task that failed for its contents. @param now Unix milliseconds. */
export function rememberRefusal(
  sql: Sql,
  { contents, error, request }: Pick<Row, "contents" | "error" | "request">,
  now: number,
): void {
  // A refused paid call is not charged.
  if (request.paid !== null) return;
  const isForContents = error?.code === "prompt_moderated" || error?.code === "input_moderated";
  if (contents === null || error === null || !isForContents || remedyOf(error).retryable) return;
  const { code, message } = error;
  const kept = JSON.stringify({ code, message });
  sql.exec("INSERT OR REPLACE INTO refused (contents, at, error) VALUES (?, ?, ?)", contents, now, kept);
}

/** The latest refusal of the contents; null when it is older than a day. */
export function selectRefusal(sql: Sql, contents: string, now: number): { at: number; error: TaskError } | null {
  const found = "SELECT at, error FROM refused WHERE contents = ? AND at > ?";
  const [row] = sql.exec<{ at: number; error: string }>(found, contents, now - refusalMemoryMs).toArray();
  return row === undefined ? null : { at: row.at, error: taskErrorSchema.parse(JSON.parse(row.error)) };
}

export const deleteOldRefusals = (sql: Sql, now: number): void => {
  sql.exec("DELETE FROM refused WHERE at <= ?", now - refusalMemoryMs);
};
