/** One run of the command: read, check, send, follow, fetch, sum up. Every step may have been done by a run before it. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { dryRunText } from "./dry-run.ts";
import type { BatchFlags } from "./flags.ts";
import { goOn } from "./go-on.ts";
import { createCall, Refusal } from "./http.ts";
import { lockFolder } from "./lock.ts";
import { openManifest } from "./manifest.ts";
import { divide } from "./parts.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { BatchRequest } from "./requests.ts";
import { createServer } from "./server.ts";
import { differenceOf, forgetState, newState, readState, saveState } from "./state.ts";
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
  for (const note of [...flags.notes, ...prepared.notes]) world.note(note);
  if (prepared.faults.length > 0 && !mayLeaveOut(prepared, flags, world.note)) return exitCodes.invalid;
  if (flags.dryRun) {
    const server = flags.url === null ? null : serverAt(flags.url, flags, around);
    print(await dryRunText(prepared, server, flags));
    return exitCodes.completed;
  }
  const out = inFolder(flags.out);
  if ((flags.retryFailed || flags.cancel || flags.newSession) && readState(out) === null) {
    world.note(`${out} holds no run; check --out.`);
    return exitCodes.invalid;
  }
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
  { requests, sizes }: Prepared,
  flags: BatchFlags,
  around: Surroundings,
): Promise<number> {
  const named = { server: flags.url ?? (flags.live ? "local, live" : "local"), credential: flags.credential };
  const before = readState(out);
  const difference = before && differenceOf(before, requests, { ...named, folder: out });
  const isNewSession = difference?.ofSessions === true && flags.newSession;
  if (difference !== null && !isNewSession) {
    around.world.note(difference.message);
    return exitCodes.invalid;
  }
  const places = isNewSession ? incomplete(out, requests) : undefined;
  if (places !== undefined) around.world.note(newSessionText(requests.length - places.length, places.length));
  const isNew = before === null || isNewSession;
  const state = isNew ? newState(requests, divide(sizes, places), named) : before;
  const openServer = async () => serverAt(flags.url ?? (await around.startServer(flags.live)), flags, around);
  // An earlier start may have sent a part without learning its id.
  const isUnsent = () => isNew && state.parts.every(({ batchId }) => batchId === null);
  const forget = () => (before === null ? forgetState(out) : saveState(out, before));
  try {
    const outcome = await goOn({ out, imageFolder, requests, sizes, state, isNewSession, flags, around, openServer });
    if (outcome === "invalid" && isUnsent()) forget();
    return exitCodes[outcome];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    around.world.note(`The server refuses: ${error.message}`);
    if (!isUnsent()) return exitCodes.incomplete;
    forget();
    return exitCodes.invalid;
  }
}

/** The places of the requests that have no completed result. */
function incomplete(out: string, requests: BatchRequest[]): number[] {
  const manifest = openManifest(out, requests);
  return requests.flatMap(({ customId }, place) => (manifest.get(customId)?.status === "completed" ? [] : [place]));
}

const newSessionText = (kept: number, sent: number): string =>
  `New sessions: ${kept.toLocaleString("en-US")} completed ${kept === 1 ? "request is" : "requests are"} kept, ${sent.toLocaleString("en-US")} ${sent === 1 ? "is" : "are"} sent with them. Requests that the old ones still make, or whose images were not downloaded, may be made, and charged, twice.`;
