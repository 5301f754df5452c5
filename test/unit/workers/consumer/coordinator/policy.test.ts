import { describe, expect, it } from "vitest";
import { dueAt, policyFrom } from "#consumer/coordinator/policy.ts";
import { leaseSeconds, retentionMs } from "#consumer/limits.ts";
import { consumerConfig } from "#shared/config.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { callTimeoutMs } from "#shared/upstream/limits.ts";
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
  it.each(["completed", "failed", "cancelled"] as const)(
    "the coordinator never looks after a %s task by itself",
    (phase) => {
      expect(dueAt(aTask(phase), policyOf())).toBeNull();
    },
  );

  it("a task that waits for a slot is due at its deadline", () => {
    expect(dueAt(aTask("parked"), policyOf())).toBe(start + 24 * hourMs);
  });

  it.each(["ready", "submitting", "running", "storing"] as const)(
    "the coordinator looks after a %s task some time after its wake-up",
    (phase) => {
      const task = aTask(phase);
      expect(dueAt(task, policyOf())).toBe((task.wakeAt ?? 0) + 15_000);
    },
  );

  it("a task is due later after each unanswered wake-up, up to five minutes", () => {
    const graces = [0, 1, 2, 3, 4, 5, 50].map((unanswered) => {
      const task = aTask("ready", { unanswered });
      return ((dueAt(task, policyOf()) ?? 0) - start) / 1000;
    });
    expect(graces).toEqual([15, 30, 60, 120, 240, 300, 300]);
    expect(graces[1]).toBe(backoffSeconds(2, 15, 300));
  });
});
