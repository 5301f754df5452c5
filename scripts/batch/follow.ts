/** Follows one batch of the server until it has ended and its images are here. */
import { counted } from "./counted.ts";
import type { Delivery } from "./deliver.ts";
import { maxFinalReads, maxPausedMs, maxResultsMs, minResultsMs, pollMs, resultsShare } from "./limits.ts";
import type { BatchView, Server } from "./server.ts";
import type { World } from "./world.ts";

/** A batch that stays paused while no person watches. */
export class StaysPaused extends Error {}

type Followed = {
  batchId: string;
  /** Requests that the server took. */
  customIds: string[];
  delivery: Delivery;
  /** Called for a request that the batch does not have, because it was invalid and left out. */
  leftOut: (customId: string) => void;
  /** Called after each look. */
  seen: (batch: BatchView) => void;
};

export async function followBatch(world: World, server: Server, followed: Followed): Promise<void> {
  const { batchId, customIds, delivery, leftOut, seen } = followed;
  const pause = createPauseWatch(world, batchId);
  const own = new Set(customIds);
  let endedBefore = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let finalReads = 0;
  for (;;) {
    const { batch, retryAfterMs } = await server.look(batchId);
    seen(batch);
    const isOver = batch.status === "completed" || batch.status === "cancelled";
    const ended = endedIn(batch);
    if (isOver || isWorthReading(ended - endedBefore, batch.request_counts.total, world.now() - readAt)) {
      readAt = world.now();
      endedBefore = ended;
      const results = await server.results(batchId);
      // Others of the batch may have been sent again in another one.
      await delivery.deliver(results.filter(({ custom_id }) => own.has(custom_id)));
      if (isOver && results.length === batch.request_counts.total) {
        const known = new Set(results.map(({ custom_id }) => custom_id));
        for (const id of customIds) if (!known.has(id)) leftOut(id);
      }
      const missing = customIds.filter((id) => !delivery.isSettled(id) && !delivery.undelivered.has(id));
      if (isOver && missing.length === 0) return;
      if (isOver) finalReads += 1;
      if (finalReads > maxFinalReads) {
        throw new Error(
          `${batchId} is ${batch.status}, but its results lack ${counted(missing.length, "request")}. Start again with the same arguments.`,
        );
      }
    }
    pause(batch);
    await world.sleep(retryAfterMs ?? pollMs);
  }
}

/** All results are read at once, so the more there are, the more of them have to be new. */
function isWorthReading(newlyEnded: number, total: number, sinceMs: number): boolean {
  if (newlyEnded === 0 || sinceMs < minResultsMs) return false;
  return newlyEnded >= total * resultsShare || sinceMs >= maxResultsMs;
}

const endedIn = ({ request_counts: { completed, failed, cancelled } }: BatchView): number =>
  completed + failed + cancelled;

/** Tells why a batch does not move, or is paused, once for each reason. A person may resume it, so the command waits. */
function createPauseWatch(world: World, batchId: string): (batch: BatchView) => void {
  let told = "";
  let pausedAt: number | null = null;
  return ({ status, waiting_for: waitingFor, paused_reason: reason }) => {
    if (status !== "paused") {
      pausedAt = null;
      const waiting = waitingFor === undefined ? "" : `${batchId} waits: ${waitingFor}`;
      if (waiting !== "" && waiting !== told) world.note(waiting);
      told = waiting;
      return;
    }
    pausedAt ??= world.now();
    const why = reason === undefined ? "" : ` ${[reason.message, reason.hint].filter(Boolean).join(" ")}`;
    // It paused by itself, because none of its sessions can be used.
    const condition = reason === undefined ? "" : ", once they work again";
    const others = reason === undefined ? "" : " With other sessions, add --new-session: it sends the rest with them.";
    const text = `The batch ${batchId} is paused.${why} It goes on after POST /v1/images/batches/${batchId}/resume, or when this command is stopped and started again with the same sessions${condition}.${others}`;
    if (text !== told) world.note(text);
    told = text;
    if (!world.isTerminal && world.now() - pausedAt >= maxPausedMs) {
      throw new StaysPaused(
        `${batchId} stays paused.${why} Start the command again with the same arguments${condition}.${others}`,
      );
    }
  };
}
