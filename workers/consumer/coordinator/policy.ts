/** The policy of the machine, from the settings and the limits. Pure. */
import * as limits from "#consumer/limits.ts";
import type { ConsumerConfig } from "#shared/config.ts";
import type { Policy } from "#shared/task/machine/policy.ts";

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
    paidCopyMs: limits.paidCopyMs,
    callDeadlineSeconds: config.ARK_CALL_TIMEOUT_SECONDS,
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
