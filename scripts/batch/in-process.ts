/** Runs the command in this process: its terminal, clock, network and signals. */
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchFlags } from "./flags.ts";
import { createProgress } from "./progress.ts";
import { runBatch } from "./run.ts";

/**
 * The process itself ends on a signal elsewhere; this only tells the person what becomes of the run.
 *
 * @returns the exit code
 */
export async function runInProcess(
  flags: BatchFlags,
  { folder, startServer }: { folder: string; startServer: (live: boolean) => Promise<string> },
): Promise<number> {
  const progress = createProgress(process.stderr, Date.now);
  let stopped = "";
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => stopped !== "" && progress.note(stopped));
  }
  return runBatch(flags, {
    world: {
      fetch,
      sleep: async (ms) => void (await sleep(ms)),
      now: Date.now,
      random: Math.random,
      note: progress.note,
      isTerminal: process.stderr.isTTY === true,
    },
    progress,
    folder,
    readInput: (file) => (file === null ? buffer(process.stdin) : readFile(file)),
    startServer,
    print: (text) => console.log(text),
    onExit: (work) => process.once("exit", work),
    whenStopped: (text) => {
      stopped = text;
    },
  });
}
