/** When the results of a batch are read, and how much of them. Pure. */
import type { BatchView } from "#shared/wire/batch.ts";
import { maxBatchReadMs, minBatchReadMs } from "#web/limits.ts";

/** What was read of a batch. */
export type Reading = {
  completed: number;
  failed: number;
  /** When, in milliseconds. */
  at: number;
  /** Lines, from 1, of requests that have ended. */
  ended: ReadonlySet<number>;
};

export const nothingRead: Reading = { completed: 0, failed: 0, at: 0, ended: new Set() };

/** Share of the requests that have ended since the last reading, from which on the next one is worth its calls. */
const readShare = 0.02;

/** @param now milliseconds. */
export function isReadingDue({ completed, failed, at }: Reading, view: BatchView, now: number): boolean {
  const counts = view.request_counts;
  if (counts.completed === completed && counts.failed === failed) return false;
  if (view.ended_at !== null || now - at > maxBatchReadMs) return true;
  const news = counts.completed + counts.failed - completed - failed;
  return now - at > minBatchReadMs && news >= counts.total * readShare;
}

/** Requests start in their order: those up to this line have all ended, and are not read again. */
export function endedUpTo({ ended }: Reading): number {
  let line = 0;
  while (ended.has(line + 1)) line += 1;
  return line;
}
