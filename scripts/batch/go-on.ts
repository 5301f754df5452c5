/** Brings a run to its end, however far it came before: sends what was not sent, follows what runs, fetches missing images. */
import { type BringUp, bringUp } from "./bring-up.ts";
import { createDelivery, type Delivery } from "./deliver.ts";
import { removeUnfinished } from "./download.ts";
import { followBatch } from "./follow.ts";
import { showMs } from "./limits.ts";
import { type Entry, type Manifest, openManifest } from "./manifest.ts";
import type { Standing } from "./progress.ts";
import type { BatchRequest } from "./requests.ts";
import type { BatchView, Server } from "./server.ts";
import type { Part } from "./state.ts";
import type { RefusedLine } from "./submit.ts";
import { faultsText, summaryOf } from "./summary.ts";
import type { Surroundings } from "./surroundings.ts";

type Run = BringUp & {
  out: string;
  /** The sessions changed: all that is not completed is sent again. */
  isNewSession: boolean;
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
      world.note(refusedText(refused, state.parts, requests.length));
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
  const { undelivered } = delivery;
  const own = new Set(state.parts.flatMap((part) => requestsOf(part, requests).map(({ customId }) => customId)));
  const isLost = ({ custom_id, status }: Entry) =>
    status === "completed" && !own.has(custom_id) && !delivery.isSettled(custom_id);
  const lost = entries.filter(isLost).length;
  const summary = summaryOf({ total: requests.length, entries, undelivered, lost, out: flags.out });
  around.print(summary.text);
  return summary.isWhole ? "completed" : "incomplete";
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
  const unpaused = [...views.values()].filter(({ status }) => status !== "paused");
  const etas = unpaused.flatMap(({ eta_seconds }) => eta_seconds ?? []);
  return {
    total: total - count("skipped"),
    completed: count("completed"),
    failed: count("failed"),
    cancelled: count("cancelled"),
    running: [...views.values()].reduce((sum, { request_counts }) => sum + request_counts.processing, 0),
    isPaused: unpaused.length < views.size && unpaused.every(({ status }) => status !== "in_progress"),
    etaSeconds: etas.length === 0 ? null : Math.max(...etas),
  };
}

function refusedText(refused: RefusedLine[], parts: Part[], total: number): string {
  const sent = parts.filter(({ batchId }) => batchId !== null).length;
  const faults = `The server refuses ${refused.length} ${refused.length === 1 ? "request" : "requests"}:\n${faultsText(refused)}`;
  if (refused.length === total) return `${faults}\nNothing was sent. Correct the file and start again.`;
  if (sent === 0) return `${faults}\nNothing was sent. --skip-invalid leaves them out.`;
  return `${faults}\n${sent} of ${parts.length} batches were sent before and go on; this one and those after it were not. Add --skip-invalid to go on without these requests, or --cancel.`;
}
