/** CPU time and resident memory of a process with all its descendants, from /proc. */
import { readdirSync, readFileSync } from "node:fs";

export type TreeUsage = { cpuMs: number; residentBytes: number };

type Stat = { parent: number; ticks: number; pages: number };

/** The kernel counts in hundredths of a second and in pages, on the platforms that workerd runs on. */
const msPerTick = 10;
const pageBytes = 4096;

/** Null where there is no /proc. A process that ends together with its parent meanwhile is no longer counted. */
export function usageOf(root: number): TreeUsage | null {
  if (process.platform !== "linux") return null;
  const processes = new Map<number, Stat>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat !== null) processes.set(Number(name), stat);
  }
  const tree = [...processes].filter(([pid]) => isWithin(pid, root, processes)).map(([, stat]) => stat);
  return {
    cpuMs: tree.reduce((sum, { ticks }) => sum + ticks * msPerTick, 0),
    residentBytes: tree.reduce((sum, { pages }) => sum + pages * pageBytes, 0),
  };
}

function readStat(pid: number): Stat | null {
  try {
    return statOf(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null; // it has ended
  }
}

/**
 * `pid (name) state parent …`: the name may contain brackets and blanks. From the state on, the 2nd field is the
 * parent, the 12th to 15th are the ticks of the process and of its ended children, and the 22nd is the resident pages.
 */
export function statOf(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks, pages: Number(fields[21]) };
}

function isWithin(pid: number, root: number, processes: ReadonlyMap<number, Stat>): boolean {
  for (let current: number | undefined = pid; current !== undefined; current = processes.get(current)?.parent) {
    if (current === root) return true;
  }
  return false;
}
