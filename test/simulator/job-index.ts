// Finds jobs by history id, submit id and image uri, and lists those that are not settled. No clock, no credits.

import type { Job } from "./job.ts";

export type JobIndex = {
  add(job: Job): void;
  byHistoryId(id: string): Job | undefined;
  /** The newest job, when a submit id was used more than once. */
  bySubmitId(id: string): Job | undefined;
  byImageUri(uri: string): { job: Job; index: number } | undefined;
  /** The jobs without a final charge. */
  open(): Job[];
  close(job: Job): void;
  size(): number;
  /** 13 digits, as upstream: Unix milliseconds, or one more than the last id. Unique across restarts. */
  nextHistoryId(realMs: number): string;
  all(): Job[];
  clear(): void;
};

/** @param remembered oldest first, as `all` returns them. */
export function createJobIndex(remembered: readonly Job[]): JobIndex {
  const byHistoryId = new Map<string, Job>();
  const newestBySubmitId = new Map<string, Job>();
  const byImageUri = new Map<string, { job: Job; index: number }>();
  const open = new Set<Job>();
  let lastHistoryId = 0;

  function add(job: Job): void {
    lastHistoryId = Number(job.historyId);
    byHistoryId.set(job.historyId, job);
    newestBySubmitId.set(job.submitId, job);
    job.imageUris.forEach((uri, index) => {
      byImageUri.set(uri, { job, index });
    });
    if (!job.isSettled) open.add(job);
  }

  for (const job of remembered) add(job);
  return {
    add,
    byHistoryId: (id) => byHistoryId.get(id),
    bySubmitId: (id) => newestBySubmitId.get(id),
    byImageUri: (uri) => byImageUri.get(uri),
    open: () => [...open],
    close: (job) => open.delete(job),
    size: () => byHistoryId.size,
    nextHistoryId: (realMs) => String(Math.max(lastHistoryId + 1, Math.floor(realMs))),
    all: () => [...byHistoryId.values()],
    clear() {
      byHistoryId.clear();
      newestBySubmitId.clear();
      byImageUri.clear();
      open.clear();
    },
  };
}
