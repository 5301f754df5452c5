/** The policy of the machine, and when a task is due, from the settings and the limits. Pure. */
import * as limits from "#consumer/limits.ts";
import type { ConsumerConfig } from "#shared/config.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import { deadlineOf } from "#shared/task/machine/step.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";

export function policyFrom(config: ConsumerConfig): Policy {
  return {
    maxWaitMs: config.TASK_MAX_WAIT_HOURS * limits.hourMs,
    timeoutMs: config.TASK_TIMEOUT_MINUTES * limits.minuteMs,
    paceSeconds: config.LOOK_PACE_SECONDS,
    storeTimeoutMs: limits.storeTimeoutMs,
    recoverPolls: limits.recoverPolls,
    maxResubmits: limits.maxResubmits,
    maxUnanswered: limits.maxUnanswered,
    submitAttempts: limits.submitAttempts,
    uploadAttempts: limits.uploadAttempts,
    stalledMs: limits.stalledMs,
    maxContinues: limits.maxContinues,
    continueLeaseSeconds: limits.leaseSeconds,
    sessionAttempts: limits.sessionAttempts,
    emptyPolls: limits.emptyPolls,
    storeAttempts: limits.storeAttempts,
    storeLeaseSeconds: limits.storeLeaseSeconds,
  };
}

/** When the alarm looks after a task: its wake-up is overdue, or its wait for a slot has reached the deadline. */
export function dueAt(task: Task, policy: Policy): number | null {
  if (isTerminal(task)) return null;
  if (task.phase === "parked") return deadlineOf(task, policy);
  const graceSeconds = backoffSeconds(task.unanswered + 1, limits.firstGraceSeconds, limits.maxGraceSeconds);
  return task.wakeAt + graceSeconds * 1000;
}
