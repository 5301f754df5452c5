/**
 * The memory of a run, `.batch.json` in its out folder: which batches stand for which requests. A part has its
 * idempotency key on the disk before it is sent, so a crash in between cannot send it twice. No credential is kept.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { BatchRequest } from "./requests.ts";
import { replaceFile } from "./whole-file.ts";

/** `places` of its requests in the run; `skipped`: those that the server refused and --skip-invalid left out. */
export type Part = { places: number[]; key: string; batchId: string | null; skipped: Skipped[] };
export type Skipped = { place: number; message: string };

/** `server`: an origin, or "local" for one that the command starts itself. */
export type State = { version: 2; input: string; server: string; credential: string; parts: Part[] };

const fileIn = (folder: string): string => path.join(folder, ".batch.json");

export const saveState = (folder: string, state: State): void =>
  replaceFile(fileIn(folder), `${JSON.stringify(state)}\n`);

/** Of a run that the server refused whole: the corrected file may then have the same folder. */
export const forgetState = (folder: string): void => rmSync(fileIn(folder), { force: true });

/** @returns null when the folder has no run yet. */
export function readState(folder: string): State | null {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const state = JSON.parse(text) as State | FirstState;
  if (state.version === 2) return state;
  if (state.version === 1) return { ...state, version: 2, parts: state.parts.map(ofFirst) };
  throw new Error(`${fileIn(folder)} was written by another version of this command; choose another --out.`);
}

/** As version 1 was written. */
type FirstPart = { first: number; count: number; skipped: { line: number; message: string }[] };
type FirstState = Omit<State, "version" | "parts"> & { version: 1; parts: (FirstPart & Omit<Part, "skipped">)[] };

const ofFirst = ({ first, count, key, batchId, skipped }: FirstState["parts"][number]): Part => ({
  places: Array.from({ length: count }, (_, index) => first + index),
  ...{ key, batchId },
  skipped: skipped.map(({ line, message }) => ({ place: first + line - 1, message })),
});

/** @param places of each part's requests */
export function newParts(places: number[][]): Part[] {
  const run = randomBytes(12).toString("base64url");
  return places.map((own, index) => ({ places: own, key: `batch-${run}-${index + 1}`, batchId: null, skipped: [] }));
}

export function newState(
  requests: BatchRequest[],
  places: number[][],
  { server, credential }: { server: string; credential: string },
): State {
  return {
    version: 2,
    input: hashOfRequests(requests),
    server,
    credential: hashOfCredential(credential),
    parts: newParts(places),
  };
}

/** `ofSessions`: nothing else differs, so that --new-session helps. */
type Difference = { message: string; ofSessions: boolean };

/** Why this run cannot go on with the given arguments; null when it can. */
export function differenceOf(
  state: State,
  requests: BatchRequest[],
  { server, credential, folder }: { server: string; credential: string; folder: string },
): Difference | null {
  const differs = (message: string, ofSessions = false) => ({ message, ofSessions });
  const ways = `go on with the same arguments as before, or choose another --out for a new run (or delete ${fileIn(folder)}: then everything is made again).`;
  if (state.input !== hashOfRequests(requests)) {
    return differs(
      `${folder} holds a run of other requests: the file, or a flag that changes its requests, is not as it was. Two ways out: ${ways}`,
    );
  }
  if (state.server !== server) {
    return differs(`${folder} holds a run on another server, ${state.server}. Two ways out: ${ways}`);
  }
  if (state.credential === hashOfCredential(credential)) return null;
  return differs(
    `${folder} holds a run with other sessions or keys, and only those can see it. Go on with those; or add --new-session, which keeps the completed requests and sends the rest with these; or choose another --out for a new run.`,
    true,
  );
}

const hashOfRequests = (requests: BatchRequest[]): string =>
  hashOf(requests.map(({ body }) => JSON.stringify(body)).join("\n"));
/** Their order does not matter to the server. */
const hashOfCredential = (list: string): string =>
  hashOf(
    list
      .split(",")
      .map((one) => one.trim())
      .sort()
      .join(","),
  );
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
