/** One run of the command: read, check, send, follow, fetch, sum up. Every step may have been done by a run before it. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { dryRunText } from "./dry-run.ts";
import type { BatchFlags } from "./flags.ts";
import { goOn } from "./go-on.ts";
import { createCall, Refusal } from "./http.ts";
import { lockFolder } from "./lock.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { createServer } from "./server.ts";
import { differenceOf, forgetState, newState, readState } from "./state.ts";
import { faultsText } from "./summary.ts";
import type { Surroundings } from "./surroundings.ts";

const exitCodes = { completed: 0, incomplete: 1, invalid: 2 };

/** @returns the exit code */
export async function runBatch(flags: BatchFlags, around: Surroundings): Promise<number> {
  const { world, print } = around;
  const inFolder = (name: string) => path.resolve(around.folder, name);
  const isStdin = flags.file === "-";
  const bytes = await around.readInput(isStdin ? null : inFolder(flags.file)).catch((error: Error) => error);
  if (bytes instanceof Error) {
    world.note(`The file cannot be read: ${bytes.message}`);
    return exitCodes.invalid;
  }
  const input = {
    bytes,
    name: isStdin ? "" : flags.file,
    folder: isStdin ? around.folder : path.dirname(inFolder(flags.file)),
  };
  const wordlists = flags.wordlists === undefined ? undefined : inFolder(flags.wordlists);
  const prepared = prepare(input, { ...flags, wordlists });
  for (const note of prepared.notes) world.note(note);
  if (prepared.faults.length > 0 && !mayLeaveOut(prepared, flags, world.note)) return exitCodes.invalid;
  if (flags.dryRun) {
    const server = flags.url === null ? null : serverAt(flags.url, flags, around);
    print(await dryRunText(prepared, server, flags));
    return exitCodes.completed;
  }
  const out = inFolder(flags.out);
  mkdirSync(out, { recursive: true });
  const release = lockFolder(out);
  around.onExit(release);
  try {
    return await runIn(out, input.folder, prepared, flags, around);
  } finally {
    release();
  }
}

/** Tells the faults. @returns whether the rest can be sent without the faulty lines */
function mayLeaveOut(
  { faults, requests }: Prepared,
  { skipInvalid }: BatchFlags,
  note: (text: string) => void,
): boolean {
  const lines = `${faults.length} ${faults.length === 1 ? "fault" : "faults"} in the file:\n${faultsText(faults)}`;
  const mayBe = requests.length > 0 && !faults.some(({ ofFile }) => ofFile === true);
  const isLeftOut = skipInvalid && mayBe;
  const way = mayBe ? "--skip-invalid leaves such lines out." : "Correct the file and start again.";
  note(`${lines}\n${isLeftOut ? "These lines are left out." : `Nothing was sent. ${way}`}`);
  return isLeftOut;
}

const serverAt = (url: string, { credential }: BatchFlags, { world }: Surroundings) =>
  createServer(createCall(world, { url, credential }), world.now);

async function runIn(
  out: string,
  imageFolder: string,
  { requests, spans }: Prepared,
  flags: BatchFlags,
  around: Surroundings,
): Promise<number> {
  const named = { server: flags.url ?? (flags.live ? "local, live" : "local"), credential: flags.credential };
  const before = readState(out);
  const difference = before && differenceOf(before, requests, { ...named, folder: out });
  if (difference !== null) {
    around.world.note(difference);
    return exitCodes.invalid;
  }
  const state = before ?? newState(requests, spans, named);
  const openServer = async () => serverAt(flags.url ?? (await around.startServer(flags.live)), flags, around);
  // An earlier start may have sent a part without learning its id.
  const isUnsent = () => before === null && state.parts.every(({ batchId }) => batchId === null);
  try {
    const outcome = await goOn({ out, imageFolder, requests, state, flags, around, openServer });
    if (outcome === "invalid" && isUnsent()) forgetState(out);
    return exitCodes[outcome];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    around.world.note(`The server refuses: ${error.message}`);
    if (!isUnsent()) return exitCodes.incomplete;
    forgetState(out);
    return exitCodes.invalid;
  }
}
