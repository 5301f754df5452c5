/** One command at a time in an out folder: a file with the id of its process. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { isAlive } from "#scripts/bootstrap/processes.mjs";

const name = ".batch.lock";

/**
 * @param isRunning whether a process of this machine runs
 * @returns releases the lock; it may be called twice
 * @throws Error when another command that still runs holds it
 */
export function lockFolder(
  folder: string,
  pid = process.pid,
  isRunning: (pid: number) => boolean = isAlive,
): () => void {
  const file = path.join(folder, name);
  const mine = JSON.stringify({ pid, host: hostname() });
  if (!create(file, mine)) {
    const stale = read(file);
    refuseLive(file, stale, isRunning);
    // Ended without releasing it. Only one of several commands can rename the file.
    if (stale !== null) takeAway(file, stale, pid);
    if (!create(file, mine)) throw inUse(file, "another process");
  }
  return () => {
    if (read(file) === mine) unlinkSync(file);
  };
}

/** The file has its content from the first moment on, because it is linked into place. */
function create(file: string, text: string): boolean {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    return createWithoutLinks(file, text);
  } finally {
    unlinkSync(temporary);
  }
}

/** Some file systems of memory cards and networks know no links. */
function createWithoutLinks(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function refuseLive(file: string, text: string | null, isRunning: (pid: number) => boolean): void {
  const [, pid, host] = /^\{"pid":(\d+),"host":"(.*)"\}$/.exec(text ?? "") ?? [];
  if (pid === undefined) return;
  if (host !== hostname() || isRunning(Number(pid))) throw inUse(file, `process ${pid} on ${host}`);
}

const inUse = (file: string, holder: string): Error =>
  new Error(
    `Another batch command uses this folder (${holder}). Stop it, or choose another --out. If none runs, delete ${file}.`,
  );

/** Removes the lock that was judged stale, and no other: another command may have put its own in its place since. */
function takeAway(file: string, stale: string, pid: number): void {
  const aside = `${file}.stale-${pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // Another command has taken it away.
  }
  const taken = read(aside);
  if (taken !== null && taken !== stale) create(file, taken);
  unlinkSync(aside);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
