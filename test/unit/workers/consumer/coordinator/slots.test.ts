import { describe, expect, it } from "vitest";
import { healthy, type SessionState } from "#consumer/coordinator/health.ts";
import { place, type SessionLoad } from "#consumer/coordinator/slots.ts";
import type { Parked } from "#shared/task/phases.ts";
import { aTask } from "#test/support/task.ts";

const task = (candidates: string[], excludedSessions: string[] = []) =>
  aTask("parked", { candidates, excludedSessions });
const now = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const load = (jobs: Record<string, number> = {}, states: Record<string, Partial<SessionState>> = {}) =>
  new Map(
    [...new Set([...Object.keys(jobs), ...Object.keys(states)])].map((tag) => [
      tag,
      { state: { ...healthy, ...states[tag] }, jobs: jobs[tag] ?? 0, configured: 4, member: null },
    ]),
  );
const placed = (task: Parked, sessions: ReturnType<typeof load>, configured: number, chance: number) =>
  place(task, sessions, { configured, now, chance });
const expiredError = { code: "session_expired", message: "Expired (session us-…a)." } as const;
const poorError = { code: "insufficient_credits", message: "No credits (session us-…b)." } as const;
const riskError = { code: "risk_control", message: "Refused (session us-…c)." } as const;

describe("a task that needs a slot", () => {
  it("a task gets the session with the fewest jobs", () => {
    expect(placed(task(["a", "b", "c"]), load({ a: 2, b: 1, c: 3 }), 4, 0)).toEqual({ kind: "assign", session: "b" });
  });

  it("a session without any record counts as idle", () => {
    expect(placed(task(["a", "b"]), load({ a: 1 }), 4, 0)).toEqual({ kind: "assign", session: "b" });
  });

  it.each([
    [0, "a"],
    [0.32, "a"],
    [0.34, "b"],
    [0.99999, "c"],
    [1, "a"],
  ])("chance breaks a tie between sessions: %d gives %s", (chance, session) => {
    expect(placed(task(["a", "b", "c"]), load(), 4, chance)).toEqual({ kind: "assign", session });
  });

  it("chance picks only among the sessions with the fewest jobs", () => {
    for (const chance of [0, 0.3, 0.6, 0.9]) {
      expect(placed(task(["a", "b", "c"]), load({ b: 1 }), 4, chance)).not.toEqual({ kind: "assign", session: "b" });
    }
  });

  it("a session is filled up to its slots and not beyond", () => {
    expect(placed(task(["a"]), load({ a: 3 }), 4, 0)).toEqual({ kind: "assign", session: "a" });
    expect(placed(task(["a"]), load({ a: 4 }), 4, 0)).toEqual({ kind: "wait" });
    expect(placed(task(["a"]), load({ a: 9 }), 4, 0)).toEqual({ kind: "wait" });
  });

  it("a task is not placed again on a session that it excluded", () => {
    expect(placed(task(["a", "b"], ["b"]), load({ a: 3, b: 0 }), 4, 0)).toEqual({ kind: "assign", session: "a" });
  });

  it("a task waits for a usable session even if an unusable one is free", () => {
    expect(placed(task(["a", "b"], ["b"]), load({ a: 4 }), 4, 0)).toEqual({ kind: "wait" });
  });

  it("a task has no session left once all are excluded", () => {
    expect(placed(task(["a", "b"], ["b", "a"]), load(), 4, 0)).toMatchObject({ kind: "none" });
    expect(placed(task([]), load(), 4, 0)).toMatchObject({ kind: "none" });
  });

  it("the jobs of sessions that a task may not use do not count for it", () => {
    expect(placed(task(["a"]), load({ z: 100 }), 1, 0)).toEqual({ kind: "assign", session: "a" });
  });
});

describe("a paused session", () => {
  it("a paused session is not used while another can be, however busy", () => {
    const sessions = load({ a: 0, b: 3 }, { a: { outUntil: now + minute, reason: riskError } });
    expect(placed(task(["a", "b"]), sessions, 4, 0)).toEqual({ kind: "assign", session: "b" });
  });

  it("a task waits for a paused session that returns soon when it has no other", () => {
    const sessions = load({}, { a: { outUntil: now + 9 * minute, reason: riskError, refusedAt: now } });
    expect(placed(task(["a"]), sessions, 4, 0)).toEqual({ kind: "wait" });
  });

  it("a task does not wait for a session with a long pause", () => {
    const sessions = load({}, { a: { outUntil: now + 11 * minute, reason: riskError, refusedAt: now } });
    expect(placed(task(["a"]), sessions, 4, 0)).toEqual({ kind: "none", reason: riskError });
  });

  it("an only session without credits is probed after a minute, because credits may have been bought", () => {
    const out = { outUntil: now + 600 * minute, reason: poorError, isConfirmed: true };
    expect(placed(task(["a"]), load({}, { a: { ...out, refusedAt: now - 59_000 } }), 4, 0).kind).toBe("none");
    expect(placed(task(["a"]), load({}, { a: { ...out, refusedAt: now - minute } }), 4, 0)).toEqual({
      kind: "assign",
      session: "a",
    });
    const asked = load({ a: 1 }, { a: { ...out, refusedAt: now - minute } });
    expect(placed(task(["a"]), asked, 4, 0)).toEqual({ kind: "wait" });
  });

  it("a task keeps waiting after one refusal of its session", () => {
    const out = { outUntil: now + 600 * minute, reason: expiredError, refusedAt: now };
    expect(placed(task(["a"]), load({}, { a: out }), 4, 0)).toEqual({ kind: "wait" });
    expect(placed(task(["a"]), load({}, { a: { ...out, isConfirmed: true } }), 4, 0).kind).toBe("none");
  });

  it("a session under risk control is not used before the end of its pause", () => {
    const sessions = load({}, { a: { outUntil: now + 50 * minute, reason: riskError, refusedAt: now - 10 * minute } });
    expect(placed(task(["a"]), sessions, 4, 0).kind).toBe("none");
  });

  it("a paused session returns at the end of its pause", () => {
    expect(placed(task(["a"]), load({}, { a: { outUntil: now, reason: riskError } }), 4, 0).kind).toBe("assign");
  });
});

describe("the reason when no session is left", () => {
  it("the reason when no session is left is the most helpful one, not the latest", () => {
    const sessions = load(
      {},
      {
        a: { outUntil: now + 60 * minute, reason: expiredError, refusedAt: now },
        b: { outUntil: now + 60 * minute, reason: poorError, refusedAt: now },
      },
    );
    expect(placed(task(["a", "b"], ["a", "b"]), sessions, 4, 0)).toEqual({ kind: "none", reason: poorError });
    expect(placed({ ...task(["a"], ["a"]), blockedBy: expiredError }, load(), 4, 0)).toEqual({
      kind: "none",
      reason: expiredError,
    });
  });
});

describe("a session whose limit was learnt", () => {
  it("a session takes no more jobs than its learnt limit", () => {
    const learnt = { learntSlots: 2, learntAt: now };
    expect(placed(task(["a"]), load({ a: 1 }, { a: learnt }), 4, 0).kind).toBe("assign");
    expect(placed(task(["a"]), load({ a: 2 }, { a: learnt }), 4, 0).kind).toBe("wait");
  });
});

describe("a task for the pool", () => {
  const member = (place: string, changes: { weight?: number; isPaused?: boolean; isRemoved?: boolean } = {}) => ({
    ...{ upstream: "dreamina" as const, place, weight: 1, isPaused: false, isRemoved: false },
    ...changes,
  });
  const pool = (members: Record<string, ReturnType<typeof member>>, jobs: Record<string, number> = {}) =>
    new Map<string, SessionLoad>(
      Object.entries(members).map(([tag, one]) => [
        tag,
        { state: healthy, jobs: jobs[tag] ?? 0, configured: 4, member: one },
      ]),
    );
  const us = task(["@dreamina/us"]);
  const at = (chance: number) => ({ configured: 4, now, chance });

  it("a place stands for the members of the pool there, and for no other", () => {
    const members = { a: member("us"), b: member("us"), c: member("sg") };
    expect(place(us, pool(members, { a: 1 }), at(0))).toEqual({ kind: "assign", session: "b" });
  });

  it("a session that a caller sent belongs to no place, and a task waits for the first member of an empty one", () => {
    expect(place(us, load({ a: 0 }), at(0))).toEqual({ kind: "waitForPool" });
  });

  it("a removed member gets no task, also by its tag; a member of its place does", () => {
    const removed = member("us", { isRemoved: true });
    expect(place(task(["a"]), pool({ a: removed }), at(0))).toEqual({ kind: "waitForPool" });
    expect(place(task(["a"]), pool({ a: removed, b: member("us") }), at(0))).toEqual({ kind: "assign", session: "b" });
    expect(place(us, pool({ a: removed, b: member("us") }), at(0))).toEqual({ kind: "assign", session: "b" });
  });

  it("a task waits for a paused member rather than fail for a dead one", () => {
    const dead = { ...healthy, outUntil: now + 60 * minute, refusedAt: now, isConfirmed: true, reason: expiredError };
    const sessions = pool({ a: member("us"), b: member("us", { isPaused: true }) });
    sessions.set("a", { state: dead, jobs: 0, configured: 4, member: member("us") });
    expect(place(us, sessions, at(0))).toEqual({ kind: "waitForPool" });
    expect(place(task(["@dreamina/us"], ["b"]), sessions, at(0))).toEqual({ kind: "none", reason: expiredError });
  });

  it("of equally idle members each is chosen as often as its weight says", () => {
    const members = pool({ a: member("us"), b: member("us", { weight: 3 }) });
    const chosen = [0, 0.24, 0.26, 0.99].map((chance) => place(us, members, at(chance)));
    expect(chosen.map((one) => (one.kind === "assign" ? one.session : one.kind))).toEqual(["a", "a", "b", "b"]);
  });

  it("a busier member is not chosen for its weight", () => {
    const members = pool({ a: member("us"), b: member("us", { weight: 100 }) }, { b: 1 });
    expect(place(us, members, at(0.99))).toEqual({ kind: "assign", session: "a" });
  });

  it("a paused member gets no task, also where its tag is named, and a task waits while all are paused", () => {
    const paused = member("us", { isPaused: true });
    expect(place(us, pool({ a: paused, b: member("us") }), at(0))).toEqual({ kind: "assign", session: "b" });
    expect(place(task(["a"]), pool({ a: paused }), at(0))).toEqual({ kind: "waitForPool" });
    expect(place(us, pool({ a: paused }), at(0))).toEqual({ kind: "waitForPool" });
  });

  it("a member that refused the task is not asked again", () => {
    const members = pool({ a: member("us"), b: member("us") });
    expect(place(task(["@dreamina/us"], ["a"]), members, at(0))).toEqual({ kind: "assign", session: "b" });
  });
});
