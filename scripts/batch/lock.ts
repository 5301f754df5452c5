/** One command at a time in an out folder: a file with the id of its process. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { isAlive } from "#scripts/bootstrap/processes.mjs";

const name = ".batch.lock";

/**
 * @returns releases the lock; it may be called twice
 * @throws Error when another command that still runs holds it
 */
export function lockFolder(folder: string, pid = process.pid): () => void {
  const file = path.join(folder, name);
  const mine = JSON.stringify({ pid, host: hostname() });
  if (!create(file, mine)) {
    refuseLive(file);
    // Ended without releasing it. Only one of several commands can rename the file.
    takeAway(file, pid);
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

function refuseLive(file: string): void {
  const [, pid, host] = /^\{"pid":(\d+),"host":"(.*)"\}$/.exec(read(file) ?? "") ?? [];
  if (pid === undefined) return;
  if (host !== hostname() || isAlive(Number(pid))) throw inUse(file, `process ${pid} on ${host}`);
}

const inUse = (file: string, holder: string): Error =>
  new Error(
    `Another batch command uses this folder (${holder}). Stop it, or choose another --out. If none runs, delete ${file}.`,
  );

function takeAway(file: string, pid: number): void {
  const aside = `${file}.stale-${pid}`;
  try {
    renameSync(file, aside);
    unlinkSync(aside);
  } catch {
    // Another command has taken it away.
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
