/**
 * Totals of tasks that ended: as each coordinator told them last, their sums by days, and those of all time. One
 * function per statement.
 */
import type { DayTotals, EndKind, Totals } from "#shared/task/figures.ts";

type Sql = DurableObjectStorage["sql"];
type Row = EndKind & { day: string; body: string };

/** The day of the sums of all time, which are never deleted: they sort behind every day. */
const allTime = "all";

const read = ({ body, ...row }: Row): DayTotals => ({ ...row, totals: JSON.parse(body) as Totals });

/** What an owner told last of a day and a kind of end; null: nothing. */
export function selectTold(sql: Sql, owner: string, { day, status, code }: DayTotals): Totals | null {
  const wanted = "SELECT body FROM told_totals WHERE day = ? AND owner = ? AND status = ? AND code = ?";
  const [row] = sql.exec<{ body: string }>(wanted, day, owner, status, code).toArray();
  return row === undefined ? null : (JSON.parse(row.body) as Totals);
}

export const setTold = (sql: Sql, owner: string, { day, status, code, totals }: DayTotals): void => {
  sql.exec(
    "INSERT OR REPLACE INTO told_totals (day, owner, status, code, body) VALUES (?, ?, ?, ?, ?)",
    ...[day, owner, status, code, JSON.stringify(totals)],
  );
};

export const deleteToldBefore = (sql: Sql, day: string): void => {
  sql.exec("DELETE FROM told_totals WHERE day < ?", day);
};

/** Sums of a day, or of all time with null. */
export function selectSum(sql: Sql, { status, code }: EndKind, day: string | null): Totals | null {
  const wanted = "SELECT body FROM sums WHERE day = ? AND status = ? AND code = ?";
  const [row] = sql.exec<{ body: string }>(wanted, day ?? allTime, status, code).toArray();
  return row === undefined ? null : (JSON.parse(row.body) as Totals);
}

export const setSum = (sql: Sql, { status, code }: EndKind, day: string | null, sum: Totals): void => {
  sql.exec(
    "INSERT OR REPLACE INTO sums (day, status, code, body) VALUES (?, ?, ?, ?)",
    ...[day ?? allTime, status, code, JSON.stringify(sum)],
  );
};

/** In the order of the days. @param first the first day of them. */
export const selectSumsSince = (sql: Sql, first: string): DayTotals[] =>
  sql
    .exec<Row>("SELECT day, status, code, body FROM sums WHERE day >= ? AND day < ? ORDER BY day", first, allTime)
    .toArray()
    .map(read);

export const selectSumsOfAllTime = (sql: Sql): DayTotals[] =>
  sql
    .exec<Row>("SELECT day, status, code, body FROM sums WHERE day = ? ORDER BY status, code", allTime)
    .toArray()
    .map(read);

export const deleteSumsBefore = (sql: Sql, day: string): void => {
  sql.exec("DELETE FROM sums WHERE day < ?", day);
};
