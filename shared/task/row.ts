/** The row of a task in the coordinator, as it is stored: the same fields in every phase. Pure. */
import type { Task } from "./phases.ts";
import type { StoredImage } from "./task-record.ts";

/** The values, in a row, of facts that a phase does not have. */
const absent = {
  wakeAt: null,
  unanswered: 0,
  leaseUntil: null,
  session: null,
  excludedSessions: [] as string[],
  historyId: null,
  acceptedAt: null,
  submitUnconfirmedSince: null,
  forecastSeconds: null,
  planned: null,
  expected: null,
  images: [] as StoredImage[],
  lookFailures: null,
  queuePosition: null,
  uploadingSince: null,
  stalledSince: null,
  continues: 0,
  cancel: null,
  refusals: 0,
  resubmits: 0,
  unreported: 0,
  copyAttempts: 0,
  partial: false,
  partialReason: null,
  blockedBy: null,
  error: null,
  endedAt: null,
  deletedImages: [] as number[],
  deletedAt: null,
};

/** The row of a task, as it is stored: the same fields in every phase. Earlier versions read it, too. */
export const rowOf = (task: Task) => ({ ...absent, ...task });
export type Row = ReturnType<typeof rowOf>;
