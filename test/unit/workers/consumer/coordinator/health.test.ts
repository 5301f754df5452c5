import { describe, expect, it } from "vitest";
import { afterCheck, healthy, learn, returnsAt, type SessionState, slotsOf } from "#consumer/coordinator/health.ts";
import { clearestReason } from "#consumer/coordinator/slots.ts";
import type { ErrorCode } from "#shared/errors.ts";
import type { Failure } from "#shared/task/events.ts";
import { aFailure, busy, expired, full, observations } from "#test/support/task.ts";

/** 2026-11-22 20:00 in Beijing. */
const now = Date.UTC(2026, 10, 22, 12);
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

const failure = (code: ErrorCode, bend: Partial<Failure> = {}) =>
  aFailure({ verdict: "session", error: { code, message: "No." }, ...bend });
const told = (refused: Failure, state: SessionState = healthy, running = 0, at = now) =>
  learn(state, { kind: "refused", failure: refused }, { now: at, running });
const outFor = (state: SessionState, at = now) => (state.outUntil ?? at) - at;

describe("a refusal", () => {
  it("a refusal as expired pauses the session for an hour", () => {
    expect(outFor(told(expired()))).toBe(1 * hours);
  });

  it("a refusal for lack of credits pauses the session until the next day of Beijing", () => {
    expect(outFor(told(failure("insufficient_credits")))).toBe(4 * hours);
    expect(outFor(told(failure("insufficient_credits"), healthy, 0, now + 5 * hours), now + 5 * hours)).toBe(
      23 * hours,
    );
  });

  it("a refusal for lack of credits changes nothing when the daily credits were claimed", () => {
    expect(told(failure("insufficient_credits", { verdict: "again" }))).toBe(healthy);
  });

  it("a refusal by risk control cools the session down, doubling from a minute up to an hour", () => {
    let state = healthy;
    let at = now;
    const waits = Array.from({ length: 8 }, () => {
      state = told(failure("risk_control"), state, 0, at);
      const wait = outFor(state, at);
      at += wait;
      return wait / seconds;
    });
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
  });

  it("refusals by risk control of several calls at once count once", () => {
    const once = told(failure("risk_control"));
    expect(told(failure("risk_control"), once)).toBe(once);
  });

  it("a refusal by rate cools the session down as long as the upstream asks, or half a minute", () => {
    expect(outFor(told(busy()))).toBe(30 * seconds);
    expect(outFor(told({ ...busy(), retryAfterSeconds: 77 }))).toBe(77 * seconds);
  });

  it("a refusal of an image's upload counts like one of the submit", () => {
    const state = learn(healthy, { kind: "notUploaded", failure: expired() }, { now, running: 0 });
    expect(outFor(state)).toBe(1 * hours);
  });

  it.each(["prompt_moderated", "upstream_failed", "invalid_value", "model_not_available"] as const)(
    "a refusal that concerns the task says nothing of the session: %s",
    (code) => {
      expect(told(failure(code))).toBe(healthy);
    },
  );
});

describe("a session without login or credits", () => {
  it("a session's expiry is confirmed by a refusal a minute later, not by calls that were under way together", () => {
    const once = told(expired());
    expect(told(expired(), once, 0, now + 5 * seconds).isConfirmed).toBe(false);
    expect(told(expired(), once, 0, now + 60 * seconds).isConfirmed).toBe(true);
  });

  it("a session paused for lack of credits counts no cool-downs", () => {
    const state = told(failure("insufficient_credits"), told(failure("insufficient_credits")));
    expect(outFor(told(failure("risk_control"), { ...state, outUntil: null }))).toBe(60 * seconds);
  });

  it("an expired session may be probed after a minute, a cooling one only at the end of its pause", () => {
    expect(returnsAt(told(expired()))).toBe(now + 60 * seconds);
    expect(returnsAt(told({ ...busy(), retryAfterSeconds: 77 }))).toBe(now + 77 * seconds);
    expect(returnsAt(healthy)).toBeNull();
  });
});

describe("a session that is full", () => {
  it("a full session is lowered to the jobs that run on it", () => {
    const state = told(full(), healthy, 5);
    expect(slotsOf(state, 10, now)).toBe(5);
    expect(state.outUntil).toBeNull();
  });

  it("a session full of jobs of others is paused, longer each time", () => {
    const once = told(full());
    expect(outFor(once)).toBe(30 * seconds);
    const twice = told(full(), once, 0, now + 31 * seconds);
    expect(outFor(twice, now + 31 * seconds)).toBe(60 * seconds);
    expect(slotsOf(twice, 10, now)).toBe(1);
  });

  it("a full session gets one slot back every half hour, up to the configured number", () => {
    const state = told(full(), healthy, 2);
    const later = [0, 29, 30, 60, 600].map((passed) => slotsOf(state, 4, now + passed * minutes));
    expect(later).toEqual([2, 2, 3, 4, 4]);
  });
});

describe("an accepted job", () => {
  it("an accepted job after a cool-down resets it", () => {
    const cooled = told(failure("risk_control"));
    expect(learn(cooled, observations().accepted, { now: now + 60 * seconds, running: 0 })).toMatchObject({
      outUntil: null,
      reason: null,
      coolDowns: 0,
    });
  });

  it("an accepted job of a call that was under way does not end a cool-down", () => {
    const cooled = told(failure("risk_control"));
    expect(learn(cooled, observations().accepted, { now: now + 1, running: 0 })).toBe(cooled);
  });

  it("an accepted job ends a pause for lack of credits", () => {
    const poor = told(failure("insufficient_credits"));
    expect(learn(poor, observations().accepted, { now: now + 1, running: 0 }).outUntil).toBeNull();
  });

  it("an accepted job keeps a learnt limit", () => {
    const learnt = told(full(), healthy, 3);
    expect(slotsOf(learn(learnt, observations().accepted, { now, running: 2 }), 10, now)).toBe(3);
  });

  it("an accepted job of a healthy session changes nothing", () => {
    expect(learn(healthy, observations().accepted, { now, running: 0 })).toBe(healthy);
  });
});

it("a job that fails by risk control cools the session down, too", () => {
  const state = learn(healthy, { kind: "failed", failure: failure("risk_control") }, { now, running: 0 });
  expect(outFor(state)).toBe(60 * seconds);
});

it("of several reasons the one that helps the caller most counts", () => {
  const error = (code: ErrorCode) => ({ code, message: code });
  const all = [error("session_expired"), null, error("risk_control"), error("insufficient_credits")];
  expect(clearestReason(all)?.code).toBe("insufficient_credits");
  expect(clearestReason(all.slice(0, 3))?.code).toBe("risk_control");
  expect(clearestReason([null])).toBeNull();
});

describe("a question about the session alone", () => {
  const dead = { code: "session_expired", message: "Expired." } as const;
  const poor = { code: "insufficient_credits", message: "No credits." } as const;
  const risky = { code: "risk_control", message: "Refused." } as const;
  const out = (reason: SessionState["reason"]): SessionState => ({ ...healthy, outUntil: now + 1_000, reason });

  it("a dead session is paused, without a probe", () => {
    const after = afterCheck(healthy, { isAlive: false, error: dead, credits: null }, now);
    expect(after).toMatchObject({ reason: dead, isConfirmed: true });
    expect(after.outUntil).toBeGreaterThan(now);
  });

  it.each([
    ["paused because it had expired", dead, 0],
    ["paused because it had no credits, and it has some", poor, 12],
  ])("a live session that was %s returns", (_what, reason, credits) => {
    expect(afterCheck(out(reason), { isAlive: true, error: null, credits }, now)).toEqual(healthy);
  });

  it.each([
    ["has no credits still", poor, true, 0],
    ["was refused for another reason", risky, true, 12],
    ["could not be asked", dead, null, null],
  ])("a session that %s stays as it is", (_what, reason, isAlive, credits) => {
    const state = out(reason);
    expect(afterCheck(state, { isAlive, error: null, credits }, now)).toBe(state);
  });
});
