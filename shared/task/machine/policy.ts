/** The settings and limits that a step follows. Types only. */

export type Deadlines = {
  /** How long a task may wait for a slot or for a busy upstream. */
  maxWaitMs: number;
  /** How long the upstream may take after it accepted, and how long a lost submit is searched for. */
  timeoutMs: number;
  /** How long copying may take once the upstream is done. */
  storeTimeoutMs: number;
};

export type Policy = Deadlines & {
  /** Polls without a result after which a lost submit counts as never arrived. */
  recoverPolls: number;
  /** Submits again after one that surely did not arrive. */
  maxResubmits: number;
  /** Unanswered wake-ups in a row after which a task past its deadline is given up without a poll. */
  maxUnanswered: number;
  /** Attempts of a submit that the upstream refuses for a temporary reason. */
  submitAttempts: number;
  /** How long an image of a paid call is copied again, until it is given up. */
  paidCopyMs: number;
  /** How long the answer of a paid call is waited for. */
  callDeadlineSeconds: number;
  /** Attempts in a row of a reference image that the upstream refuses for a temporary reason. */
  uploadAttempts: number;
  /** How long a job stalls before more images are requested, or before it counts as done with all requested images. */
  stalledMs: number;
  /** Requests for more images of one job. */
  maxContinues: number;
  continueLeaseSeconds: number;
  /** Polls in a row with a refused session after which it counts as expired. */
  sessionAttempts: number;
  /** Polls in a row of a finished job without images after which it counts as empty. */
  emptyPolls: number;
  /** Rounds of copying after which the stored images are delivered without the missing ones. */
  storeAttempts: number;
  storeLeaseSeconds: number;
  /** Seconds between two polls of a task that may be done, for a caller who waits on an open connection. */
  paceSeconds: number;
};
