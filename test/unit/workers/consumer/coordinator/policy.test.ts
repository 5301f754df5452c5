import { describe, expect, it } from "vitest";
import { dueOf } from "#consumer/coordinator/due.ts";
import { policyFrom } from "#consumer/coordinator/policy.ts";
import { leaseSeconds, retentionMs } from "#consumer/limits.ts";
import { consumerConfig } from "#shared/config.ts";
import { callTimeoutMs } from "#shared/upstreams/dreamina/limits.ts";
import { aTask, hourMs, minuteMs, start } from "#test/support/task.ts";

const SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const policyOf = (env: Record<string, string> = {}) => policyFrom(consumerConfig({ SECRET_KEY, ...env }));

describe("the policy", () => {
  it("the policy takes its times from the settings", () => {
    expect(policyOf()).toMatchObject({ maxWaitMs: 24 * hourMs, timeoutMs: 30 * minuteMs });
    expect(policyOf({ TASK_MAX_WAIT_HOURS: "2", TASK_TIMEOUT_MINUTES: "7" })).toMatchObject({
      maxWaitMs: 2 * hourMs,
      timeoutMs: 7 * minuteMs,
    });
  });

  it("the policy allows several attempts and polls", () => {
    const { recoverPolls, submitAttempts, sessionAttempts, storeAttempts } = policyOf();
    for (const attempts of [recoverPolls, submitAttempts, sessionAttempts, storeAttempts])
      expect(attempts).toBeGreaterThan(1);
  });

  it("a lease is longer than a call's timeout", () => {
    expect(leaseSeconds * 1000).toBeGreaterThan(callTimeoutMs);
    expect(policyOf().storeLeaseSeconds).toBeGreaterThan(30);
  });

  it("a terminal task is kept for a day", () => {
    expect(retentionMs).toBe(24 * hourMs);
  });
});

describe("the moment a task is due", () => {
  it.each(["completed", "failed", "cancelled"] as const)("a %s task is never due", (phase) => {
    expect(dueOf(aTask(phase), policyOf())).toBeNull();
  });

  it("a task that waits for a slot is due at its deadline, without a tick", () => {
    expect(dueOf(aTask("parked"), policyOf())).toEqual({ at: start + 24 * hourMs, byTick: false });
  });

  it.each(["ready", "uploading", "submitting", "running", "storing"] as const)(
    "a %s task without a lease is due by tick at its next step",
    (phase) => {
      const task = aTask(phase, { wakeAt: start + 7_000, leaseUntil: null });
      expect(dueOf(task, policyOf())).toEqual({ at: start + 7_000, byTick: true });
    },
  );

  it.each(["uploading", "submitting", "running", "storing"] as const)(
    "a %s task with a lease is due when that ends, without a tick",
    (phase) => {
      const task = aTask(phase, { wakeAt: start + 45_000, leaseUntil: start + 45_000 });
      expect(dueOf(task, policyOf())).toEqual({ at: start + 45_000, byTick: false });
    },
  );
});
