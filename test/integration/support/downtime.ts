/**
 * A runtime that was away for longer than a test wants to wait. What it stored is made older by that long while it is
 * down: every moment in the coordinators' rows, and their alarms. The next start finds leases that ended and
 * wake-ups that are overdue, exactly as after so long a time.
 */
import { globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Running, startRuntime } from "./processes.ts";

/** Longer than any lease and the alarm's grace after it. */
const longAwaySeconds = 200;

/** The runtime is killed, and started again as if it had been away for long. */
export async function stayAway(
  api: Running,
  { state, upstream }: { state: string; upstream: string },
): Promise<Running> {
  await api.kill();
  passTime(state, longAwaySeconds);
  return startRuntime({ state, upstream });
}

/** @param state the folder given to `startRuntime`, which must have ended. */
function passTime(state: string, seconds: number): void {
  const files = globSync("v3/do/*/*.sqlite", { cwd: state });
  if (files.length === 0) throw new Error(`no coordinator has stored anything in ${state}`);
  for (const file of files) makeOlder(path.join(state, file), BigInt(seconds) * 1000n);
}

type Row = Record<string, unknown>;

function makeOlder(file: string, ms: bigint): void {
  const database = new DatabaseSync(file);
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    for (const { name } of tables) {
      const select = database.prepare(`SELECT * FROM "${name}"`);
      select.setReadBigInts(true);
      for (const row of select.all() as Row[]) {
        const older = Object.entries(row).filter(([, value]) => earlier(value, ms) !== value);
        if (older.length === 0) continue;
        const [key, id] = Object.entries(row)[0] ?? [];
        const set = older.map(([column]) => `"${column}" = ?`).join(", ");
        const values = older.map(([, value]) => earlier(value, ms) as bigint | string);
        database.prepare(`UPDATE "${name}" SET ${set} WHERE "${key}" = ?`).run(...values, id as bigint | string);
      }
    }
  } finally {
    database.close();
  }
}

/** Moments between 2020 and 2080: in milliseconds as we store them, in nanoseconds as the engine stores alarms. */
const isMoment = (value: bigint, perMs: bigint): boolean =>
  value > 1_577_836_800_000n * perMs && value < 3_471_292_800_000n * perMs;

/** A moment, or a row's JSON with moments in it, so much earlier; anything else as it is. */
function earlier(value: unknown, ms: bigint): unknown {
  if (typeof value === "bigint") {
    if (isMoment(value, 1n)) return value - ms;
    return isMoment(value, 1_000_000n) ? value - ms * 1_000_000n : value;
  }
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  return value.replace(/(?<=[:[,])\d{13}(?=[\],}])/g, (digits) => String(earlier(BigInt(digits), ms)));
}
