/**
 * Simulates a long downtime. While the runtime is down, every time in the coordinators' rows, alarms included, is moved
 * into the past. The next start finds expired leases and overdue wake-ups, as after a real downtime.
 */
import { globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Running, startRuntime } from "./processes.ts";

/** Longer than any lease of a job plus the alarm's grace. */
const downtimeSeconds = 200;

/** Kills the runtime and starts it again as if this time had passed. */
export async function restartAfterDowntime(
  api: Running,
  start: Parameters<typeof startRuntime>[0],
  seconds = downtimeSeconds,
): Promise<Running> {
  await api.kill();
  ageState(start.state, seconds);
  return startRuntime(start);
}

/** @param state the folder passed to `startRuntime`; the runtime must have ended. */
function ageState(state: string, seconds: number): void {
  const files = globSync("v3/do/*/*.sqlite", { cwd: state });
  if (files.length === 0) throw new Error(`no coordinator has stored anything in ${state}`);
  for (const file of files) ageDatabase(path.join(state, file), BigInt(seconds) * 1000n);
}

type Row = Record<string, unknown>;

function ageDatabase(file: string, ms: bigint): void {
  const database = new DatabaseSync(file);
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    for (const { name } of tables) {
      const keys = keyColumns(database, name);
      const select = database.prepare(`SELECT * FROM "${name}"`);
      select.setReadBigInts(true);
      for (const row of select.all() as Row[]) {
        const older = Object.entries(row).filter(([, value]) => earlier(value, ms) !== value);
        if (older.length === 0) continue;
        const set = older.map(([column]) => `"${column}" = ?`).join(", ");
        const values = older.map(([, value]) => earlier(value, ms) as bigint | string);
        const where = keys.map((column) => `"${column}" = ?`).join(" AND ");
        const id = keys.map((column) => row[column] as bigint | string);
        database.prepare(`UPDATE "${name}" SET ${set} WHERE ${where}`).run(...values, ...id);
      }
    }
  } finally {
    database.close();
  }
}

/** The columns of the primary key; the first column of a table without one. */
function keyColumns(database: DatabaseSync, table: string): string[] {
  const columns = database.prepare(`PRAGMA table_info("${table}")`).all() as { name: string; pk: number }[];
  const keys = columns.filter(({ pk }) => pk > 0);
  return (keys.length > 0 ? keys : columns.slice(0, 1)).map(({ name }) => name);
}

/** True for times between 2020 and 2080: rows store milliseconds, the engine stores alarms in nanoseconds. */
const isMoment = (value: bigint, perMs: bigint): boolean =>
  value > 1_577_836_800_000n * perMs && value < 3_471_292_800_000n * perMs;

/** Moves a time, or the times within a row's JSON, into the past; returns other values unchanged. */
function earlier(value: unknown, ms: bigint): unknown {
  if (typeof value === "bigint") {
    if (isMoment(value, 1n)) return value - ms;
    return isMoment(value, 1_000_000n) ? value - ms * 1_000_000n : value;
  }
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  return value.replace(/(?<=[:[,])\d{13}(?=[\],}])/g, (digits) => String(earlier(BigInt(digits), ms)));
}
