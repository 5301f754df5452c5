/** Polls a batch until it has ended and its results are on the page. */
import type { BatchView } from "#shared/wire/batch.ts";
import { ApiError } from "#web/api/api-error.ts";
import { secondsIn } from "#web/api/retry-after.ts";
import {
  maxCreditsAgeAfterTaskMs,
  maxCreditsAgeMs,
  maxFaultWaitMs,
  pausedPollMs,
  pollIntervalMs,
} from "#web/limits.ts";
import { type Batch, batchPhaseOf, isUnread, withBatchView } from "./batch.ts";
import { batchPath, readResults } from "./batch-results.ts";
import { batches, changeBatch } from "./batches.ts";
import { request } from "./client.ts";
import { noteIfSilent } from "./connection.ts";
import { imagesOf } from "./images.ts";
import { noteBatchEnd, noteImages } from "./ready.ts";
import { refreshCredits } from "./session-checks.ts";
import { sleepUntilVisible } from "./sleep.ts";
import { asOwner } from "./task-updates.ts";
import { tasks } from "./tasks.ts";

/** The batches that are followed, by their key, each with what ends the wait for its next poll. */
const followed = new Map<string, AbortController>();

/** Never rejects: a batch that cannot be read is marked as lost. */
export async function followBatch(key: string): Promise<void> {
  if (followed.has(key)) return;
  let faults = 0;
  let wasLive = false;
  for (;;) {
    const wait = new AbortController();
    followed.set(key, wait);
    const batch = batches.peek().get(key);
    if (batch === undefined || !isUnread(batch)) break;
    let waitMs = 0;
    try {
      if (batchPhaseOf(batch) === "live") {
        wasLive = true;
        waitMs = await poll(batch);
      }
      const images = await readResults(key);
      if (wasLive) noteImages(images);
      faults = 0;
    } catch (error) {
      noteIfSilent(error);
      if (error instanceof ApiError && [401, 403, 404].includes(error.status)) {
        changeBatch(key, (one) => ({ ...one, lost: error.code }));
        break;
      }
      waitMs = Math.min(maxFaultWaitMs, 1000 * 2 ** faults);
      faults += 1;
    }
    const after = batches.peek().get(key);
    if (after === undefined || !isUnread(after)) {
      if (wasLive && after !== undefined && after.view?.status !== "cancelled") noteBatchEnd(key, countImages(after));
      break;
    }
    if (!wait.signal.aborted) await sleepUntilVisible(waitMs, wait.signal);
  }
  followed.delete(key);
}

const countImages = ({ batchId }: Batch): number =>
  [...tasks.peek().values()].reduce((sum, task) => sum + (task.batch?.id === batchId ? imagesOf(task).length : 0), 0);

/** After a change that the page itself asked for. */
export const pollSoon = (key: string): void => followed.get(key)?.abort();

/** @returns how long to wait before the next one, in milliseconds. */
async function poll(batch: Batch): Promise<number> {
  const response = await request(batchPath(batch.batchId ?? ""), asOwner(batch));
  const view = (await response.json()) as BatchView;
  changeBatch(batch.key, (one) => withBatchView(one, view));
  void refreshCredits(view.ended_at === null ? maxCreditsAgeMs : maxCreditsAgeAfterTaskMs);
  if (view.status === "paused") return pausedPollMs;
  const seconds = secondsIn(response.headers.get("retry-after"));
  return seconds === null ? pollIntervalMs : seconds * 1000;
}
