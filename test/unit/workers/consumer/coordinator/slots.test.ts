import { describe, expect, it } from "vitest";
import { place } from "../../../../../workers/consumer/coordinator/slots.ts";
import { aTask } from "../../../../support/task.ts";

const task = (candidates: string[], tried: string[] = []) => aTask("parked", { candidates, tried });
const load = (jobs: Record<string, number> = {}) => new Map(Object.entries(jobs));

describe("a task looking for a slot", () => {
  it("gets the session with the fewest jobs", () => {
    expect(place(task(["a", "b", "c"]), load({ a: 2, b: 1, c: 3 }), 4, 0)).toEqual({ kind: "assign", session: "b" });
  });

  it("takes a session nobody heard of for an idle one", () => {
    expect(place(task(["a", "b"]), load({ a: 1 }), 4, 0)).toEqual({ kind: "assign", session: "b" });
  });

  it.each([
    [0, "a"],
    [0.32, "a"],
    [0.34, "b"],
    [0.99999, "c"],
    [1, "a"],
  ])("breaks a tie by chance: %d gives %s", (chance, session) => {
    expect(place(task(["a", "b", "c"]), load(), 4, chance)).toEqual({ kind: "assign", session });
  });

  it("draws among the idlest only", () => {
    for (const chance of [0, 0.3, 0.6, 0.9]) {
      expect(place(task(["a", "b", "c"]), load({ b: 1 }), 4, chance)).not.toEqual({ kind: "assign", session: "b" });
    }
  });

  it("fills a session up to its slots and not beyond", () => {
    expect(place(task(["a"]), load({ a: 3 }), 4, 0)).toEqual({ kind: "assign", session: "a" });
    expect(place(task(["a"]), load({ a: 4 }), 4, 0)).toEqual({ kind: "wait" });
    expect(place(task(["a"]), load({ a: 9 }), 4, 0)).toEqual({ kind: "wait" });
  });

  it("does not try a session again that turned out unusable", () => {
    expect(place(task(["a", "b"], ["b"]), load({ a: 3, b: 0 }), 4, 0)).toEqual({ kind: "assign", session: "a" });
  });

  it("waits for a usable session even if an unusable one is free", () => {
    expect(place(task(["a", "b"], ["b"]), load({ a: 4 }), 4, 0)).toEqual({ kind: "wait" });
  });

  it("has none once every session turned out unusable", () => {
    expect(place(task(["a", "b"], ["b", "a"]), load(), 4, 0)).toEqual({ kind: "none" });
    expect(place(task([]), load(), 4, 0)).toEqual({ kind: "none" });
  });

  it("does not mind the jobs of sessions it may not use", () => {
    expect(place(task(["a"]), load({ z: 100 }), 1, 0)).toEqual({ kind: "assign", session: "a" });
  });
});
