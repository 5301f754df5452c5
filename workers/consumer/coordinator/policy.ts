/** The coordinator's times and numbers of tries, from the settings and from what the upstream is known to do. Pure. */
import type { ConsumerConfig } from "#shared/config.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { deadlineOf, type Policy } from "#shared/task/decide.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";

const minuteMs = 60_000;

/** How long a consumer may take over a submit, a look or a lost submit: twice the time-out of an upstream call. */
export const leaseSeconds = 45;
/** How long a task counts as watched after somebody asked for it: a little longer than our slowest advised poll. */
export const watchedForMs = 12_000;
/** How long the coordinator remembers a task that ended; its record in KV lives on. */
export const retentionMs = 24 * 60 * minuteMs;

/** Tasks the alarm wakes at once; the rest follows at its next turn. */
export const overduePerRound = 100;
/** How long a caller waits for the outbox. */
export const flushTimeoutMs = 2_000;

/** So long after a first try a client's later try is the same request: two tries of ten minutes and their pauses. */
export const retryWindowMs = 30 * minuteMs;

/** A wake-up may be this late before it counts as lost; doubling, so that a full queue is not filled further. */
const firstGraceSeconds = 15;
const maxGraceSeconds = 300;

export function policyFrom(config: ConsumerConfig): Omit<Policy, "watched"> {
  return {
    maxWaitMs: config.TASK_MAX_WAIT_HOURS * 60 * minuteMs,
    timeoutMs: config.TASK_TIMEOUT_MINUTES * minuteMs,
    storeTimeoutMs: 30 * minuteMs,
    paceSeconds: config.LOOK_PACE_SECONDS,
    // Over half a minute in all; a fresh job is visible after about a second.
    recoverPolls: 5,
    maxResubmits: 3,
    // With the growing grace about an hour and a half, of time in which we were there.
    maxUnanswered: 20,
    // Three faults in a row may pass, and a gift of credits that came with the fourth try be used.
    submitAttempts: 5,
    uploadAttempts: 8,
    // A batch takes 12 to 25 seconds, and a job that goes on by itself shows its first image well before that.
    stalledMs: 20_000,
    // Clients of the Chinese site ask no more often (2026-09): sixteen images in all.
    maxContinues: 3,
    continueLeaseSeconds: leaseSeconds,
    sessionAttempts: 5,
    emptyPolls: 8,
    // About six minutes.
    storeAttempts: 12,
    // An image has half a minute; what cannot be begun in time is looked at anew.
    storeLeaseSeconds: 75,
  };
}

/** When the coordinator looks after a task by itself: its wake-up is overdue, or its wait for a slot too long. */
export function dueAt(task: Task, policy: Omit<Policy, "watched">): number | null {
  if (isTerminal(task)) return null;
  if (task.wakeAt === null) return deadlineOf(task, policy);
  return task.wakeAt + backoffSeconds(task.unanswered + 1, firstGraceSeconds, maxGraceSeconds) * 1000;
}
