/**
 * Totals of the owner's tasks that ended, by days, and what of them the registry has. A row costs one written row for
 * each task; the coordinator is the only writer.
 */
import { totalsKeptMs } from "#consumer/limits.ts";
import { type DayTotals, type Ended, type EndKind, type Totals, totals } from "#shared/task/figures.ts";
import { utc } from "#shared/task/utc.ts";

type Sql = DurableObjectStorage["sql"];

/**
 * What the registry has. `version`: the totals of this version, and of those before it. `live`: a text that differs
 * whenever the live tasks do, and every day; empty: there are none.
 */
export type Told = { owner: string; version: number; live: string };
export type Ending = EndKind & Ended & { owner: string };

const tables = [
  `CREATE TABLE IF NOT EXISTS totals (
    day TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (day, status, code)) WITHOUT ROWID`,
  "CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, version INTEGER NOT NULL, live TEXT NOT NULL)",
];

type TotalsRow = EndKind & { day: string; body: string };

export class DailyTotals {
  static readonly tables = tables;
  readonly #sql: Sql;
  /** Grows with every task that ends. Undefined: not read yet. */
  #version: number | undefined;
  #told: Told | null | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The rows have changed otherwise: they are read again. */
  forget(): void {
    this.#version = undefined;
    this.#told = undefined;
  }

  /** Within the transaction of a task's end. @param now Unix milliseconds. */
  add({ owner, status, code, ...ended }: Ending, now: number): void {
    const version = this.version() + 1;
    const key = [utc.dayOf(now), status, code];
    const [row] = this.#sql
      .exec<{ body: string }>("SELECT body FROM totals WHERE day = ? AND status = ? AND code = ?", ...key)
      .toArray();
    const before = row === undefined ? totals.none() : (JSON.parse(row.body) as Totals);
    this.#sql.exec(
      `INSERT INTO totals (day, status, code, version, body) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET version = ?4, body = ?5`,
      ...[...key, version, JSON.stringify(totals.plus(before, totals.ofOne(ended)))],
    );
    this.#version = version;
    // The name of the owner outlives its tasks.
    if (this.told() === null) this.setTold({ owner, version: 0, live: "" });
  }

  /** Of the latest end; 0: there is none. */
  version(): number {
    this.#version ??= Math.max(
      this.told()?.version ?? 0,
      this.#sql.exec<{ latest: number | null }>("SELECT MAX(version) AS latest FROM totals").one().latest ?? 0,
    );
    return this.#version;
  }

  /** Null: the registry has nothing. */
  told(): Told | null {
    if (this.#told === undefined) {
      this.#told = this.#sql.exec<Told>("SELECT owner, version, live FROM told").toArray()[0] ?? null;
    }
    return this.#told;
  }

  setTold(told: Told): void {
    const { owner, version, live } = told;
    this.#sql.exec(
      "INSERT OR REPLACE INTO told (id, owner, version, live) VALUES (1, ?, ?, ?)",
      ...[owner, version, live],
    );
    this.#told = told;
  }

  /** The totals that have changed after a version. */
  after(version: number): DayTotals[] {
    return this.#sql
      .exec<TotalsRow>("SELECT day, status, code, body FROM totals WHERE version > ?", version)
      .toArray()
      .map(({ body, ...row }) => ({ ...row, totals: JSON.parse(body) as Totals }));
  }

  /** Whether nothing is left that the registry has to know, nor that a day's totals would begin again without. */
  isEmpty(): boolean {
    return (this.told()?.live ?? "") === "" && this.#firstDay() === null;
  }

  /** When the first day may be deleted, Unix milliseconds; null: there is none. */
  firstExpiry(): number | null {
    const day = this.#firstDay();
    return day === null ? null : Date.parse(day) + totalsKeptMs;
  }

  /** Deletes the days that are over for long, unless the registry does not have them. */
  deleteExpired(now: number): void {
    if ((this.firstExpiry() ?? Number.POSITIVE_INFINITY) > now) return;
    this.#sql.exec(
      "DELETE FROM totals WHERE day <= ? AND version <= ?",
      ...[utc.dayOf(now - totalsKeptMs), this.told()?.version ?? 0],
    );
  }

  #firstDay(): string | null {
    return this.#sql.exec<{ day: string | null }>("SELECT MIN(day) AS day FROM totals").one().day;
  }
}
