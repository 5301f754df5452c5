/** Brings a run to its end, however far it came before: sends what was not sent, follows what runs, fetches missing images. */
import { createDelivery, type Delivery } from "./deliver.ts";
import { removeUnfinished } from "./download.ts";
import type { BatchFlags } from "./flags.ts";
import { followBatch } from "./follow.ts";
import { firstPatienceMs, showMs } from "./limits.ts";
import { type Entry, type Manifest, openManifest } from "./manifest.ts";
import { divide, type Size } from "./parts.ts";
import type { Standing } from "./progress.ts";
import type { BatchRequest } from "./requests.ts";
import { retryBatch } from "./retry.ts";
import type { BatchView, Server } from "./server.ts";
import { newParts, type Part, type State, saveState } from "./state.ts";
import { type RefusedLine, submitParts } from "./submit.ts";
import { faultsText, summaryOf } from "./summary.ts";
import type { Surroundings } from "./surroundings.ts";

type Run = {
  out: string;
  imageFolder: string;
  requests: BatchRequest[];
  sizes: Size[];
  state: State;
  /** The sessions changed: all that is not completed is sent again. */
  isNewSession: boolean;
  flags: BatchFlags;
  around: Surroundings;
  openServer: () => Promise<Server>;
};

export async function goOn(run: Run): Promise<"completed" | "incomplete" | "invalid"> {
  const { out, requests, state, flags, around } = run;
  const { progress, world } = around;
  removeUnfinished(out);
  const manifest = openManifest(out, requests);
  if (flags.retryFailed) manifest.drop(["failed", "cancelled"]);
  if (run.isNewSession) manifest.drop(["failed", "cancelled", "skipped"]);
  const views = new Map<string, BatchView>();
  const show = createShow(around, () => standingOf(requests.length, manifest, views));
  const delivery = createDelivery(world, { folder: out, requests, manifest, changed: show });
  const isSettled = (part: Part) => requestsOf(part, requests).every(({ customId }) => delivery.isSettled(customId));
  if (flags.cancel || !state.parts.every(isSettled)) {
    const server = await run.openServer();
    const refused = await bringUp(server, run);
    if (refused.length > 0) {
      world.note(refusedText(refused, state.parts));
      return "invalid";
    }
    for (const part of state.parts) noteSkipped(part, requests, manifest);
    const seen = (batch: BatchView) => {
      views.set(batch.id, batch);
      show();
    };
    const leftOut = (id: string) => {
      const request = requests.find(({ customId }) => customId === id);
      // The answer that named the reason was lost.
      if (request !== undefined) noteLeftOut(request, "invalid, and left out", manifest);
    };
    await followAll(state.parts, server, { world, requests, delivery, leftOut, seen });
  }
  manifest.finish();
  progress.show(standingOf(requests.length, manifest, views));
  progress.end();
  const entries = manifest.entries();
  const summary = summaryOf({ total: requests.length, entries, undelivered: delivery.undelivered, out: flags.out });
  around.print(summary.text);
  return summary.isWhole ? "completed" : "incomplete";
}

/** Sends, cancels, retries or resumes, so that every batch is on its way. @returns refused requests */
async function bringUp(
  server: Server,
  { out, imageFolder, requests, sizes, state, flags, around }: Run,
): Promise<RefusedLine[]> {
  const { world, whenStopped } = around;
  const sent = state.parts.filter(({ batchId }) => batchId !== null);
  if (sent.length === 0) await server.ping(firstPatienceMs);
  whenStopped(stoppedText(flags));
  const again: number[] = [];
  for (const part of sent) {
    const id = part.batchId ?? "";
    if (flags.cancel) await server.act(id, "cancel");
    else {
      const { batch } = await server.look(id);
      if (batch.status === "paused" && (await server.act(id, "resume"))) world.note(`${id} was paused; it goes on.`);
      if (flags.retryFailed) again.push(...(await retry(server, part, batch, { requests, note: world.note })));
    }
  }
  if (flags.cancel) return [];
  if (again.length > 0) state.parts = moved(state.parts, again, sizes);
  const save = () => saveState(out, state);
  return submitParts(world, server, {
    requests,
    parts: state.parts,
    folder: imageFolder,
    skipInvalid: flags.skipInvalid,
    save,
  });
}

/** @returns the places of the requests that have to be sent as a new batch */
async function retry(
  server: Server,
  { places }: Part,
  batch: BatchView,
  { requests, note }: { requests: BatchRequest[]; note: (text: string) => void },
): Promise<number[]> {
  const placeOf = new Map(places.map((place) => [requests[place]?.customId ?? "", place]));
  const ids = await retryBatch(server, batch, { customIds: new Set(placeOf.keys()), note });
  return ids.flatMap((id) => placeOf.get(id) ?? []);
}

/** Takes the requests out of their parts and makes new parts of them. */
function moved(parts: Part[], places: number[], sizes: Size[]): Part[] {
  const again = new Set(places);
  const rest = parts.map((part) => ({ ...part, places: part.places.filter((place) => !again.has(place)) }));
  return [...rest.filter((part) => part.places.length > 0), ...newParts(divide(sizes, places))];
}

type Following = {
  world: Surroundings["world"];
  requests: BatchRequest[];
  delivery: Delivery;
  leftOut: (customId: string) => void;
  seen: (batch: BatchView) => void;
};

/** All batches side by side. One that cannot be followed does not keep the others from being fetched. */
async function followAll(parts: Part[], server: Server, following: Following): Promise<void> {
  const { world, requests, delivery } = following;
  const outcomes = await Promise.allSettled(
    parts.map(async (part) => {
      if (part.batchId === null) return;
      const customIds = requestsOf(part, requests).map(({ customId }) => customId);
      if (customIds.every((id) => delivery.isSettled(id))) return;
      await followBatch(world, server, { ...following, batchId: part.batchId, customIds });
    }),
  );
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

const requestsOf = ({ places }: Part, requests: BatchRequest[]): BatchRequest[] =>
  places.flatMap((place) => requests[place] ?? []);

/** Adds the requests of a part that the server refused and left out to the manifest. */
function noteSkipped(part: Part, requests: BatchRequest[], manifest: Manifest): void {
  for (const { place, message } of part.skipped) {
    const request = requests[place];
    if (request !== undefined) noteLeftOut(request, message, manifest);
  }
}

function noteLeftOut({ customId, line, prompt }: BatchRequest, message: string, manifest: Manifest): void {
  if (manifest.get(customId) !== undefined) return;
  const error = { code: "invalid_request", message };
  manifest.add({ custom_id: customId, line, prompt, task_id: null, status: "skipped", files: [], error });
}

/** Counting ten thousand requests after each of them would take longer than fetching them. */
function createShow({ progress, world }: Surroundings, standing: () => Standing): () => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (world.now() - shownAt < showMs) return;
    shownAt = world.now();
    progress.show(standing());
  };
}

function standingOf(total: number, manifest: Manifest, views: Map<string, BatchView>): Standing {
  const entries = manifest.entries();
  const count = (status: Entry["status"]) => entries.filter((entry) => entry.status === status).length;
  const etas = [...views.values()].flatMap(({ eta_seconds }) => eta_seconds ?? []);
  return {
    total: total - count("skipped"),
    completed: count("completed"),
    failed: count("failed") + count("cancelled"),
    running: [...views.values()].reduce((sum, { request_counts }) => sum + request_counts.processing, 0),
    etaSeconds: etas.length === 0 ? null : Math.max(...etas),
  };
}

function refusedText(refused: RefusedLine[], parts: Part[]): string {
  const sent = parts.filter(({ batchId }) => batchId !== null).length;
  const faults = `The server refuses ${refused.length} ${refused.length === 1 ? "request" : "requests"}:\n${faultsText(refused)}`;
  if (sent === 0) return `${faults}\nNothing was sent. --skip-invalid leaves them out.`;
  return `${faults}\n${sent} of ${parts.length} batches were sent before and go on; this one and those after it were not. Add --skip-invalid to go on without these requests, or --cancel.`;
}

function stoppedText({ url }: BatchFlags): string {
  const where =
    url === null ? "Its server is stopped too, and remembers the rest." : "The server goes on with what was sent.";
  return `Stopped. ${where} Start again with the same arguments to go on; add --cancel to cancel the rest.`;
}
