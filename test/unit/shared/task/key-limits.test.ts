import { describe, expect, it } from "vitest";
import { keyIdOf, keyIn } from "#shared/task/key-id.ts";
import {
  allowanceOf,
  type HeldKey,
  isOfRequest,
  type KeyLimits,
  type KeyUse,
  mayPass,
  refusalOf,
} from "#shared/task/key-limits.ts";
import { keyRefusalError } from "#shared/task/key-refusal.ts";
import { placeIn, placeTag } from "#shared/task/pool.ts";
import { utc } from "#shared/task/utc.ts";

const now = Date.UTC(2026, 10, 29, 13, 30);
const tomorrow = Date.UTC(2026, 10, 30);
const december = Date.UTC(2026, 11, 1);

const held = (changes: Partial<KeyLimits> = {}, expiresAt: number | null = null): HeldKey => ({
  limits: limits(changes),
  expiresAt,
  version: 1,
});
const need = (images: number, tasks = 1, changes = {}) => ({
  ...{ images, tasks, model: "dreamina-4.5", isOfBatch: false },
  ...changes,
});
const limits = (changes: Partial<KeyLimits> = {}): KeyLimits => ({
  ...{ imagesPerDay: null, imagesPerMonth: null, atOnce: null, models: null, batches: true },
  ...changes,
});
const use = (changes: Partial<KeyUse> = {}): KeyUse => ({
  ...{ today: 0, thisMonth: 0, reserved: 0, underWay: 0 },
  ...changes,
});

describe("the limits of a key", () => {
  it("a key without limits is never refused", () => {
    expect(
      refusalOf(held(), use({ today: 1e9, thisMonth: 1e9, reserved: 1e9, underWay: 1e9 }), need(100), now),
    ).toBeNull();
    expect(allowanceOf(limits(), use(), now)).toBeNull();
  });

  it.each([
    [2, 1, 0, null],
    [2, 0, 1, null],
    [3, 0, 1, { of: "day", limit: 3, used: 3, reserved: 0, planned: 1, resetsAt: tomorrow }],
    [1, 1, 2, { of: "day", limit: 3, used: 2, reserved: 1, planned: 2, resetsAt: tomorrow }],
  ])("of three images a day, with %d made and %d reserved, %d more …", (today, reserved, planned, refusal) => {
    const given = use({ today, thisMonth: today, reserved });
    expect(refusalOf(held({ imagesPerDay: 3 }), given, need(planned), now)).toEqual(refusal);
  });

  it("the month is named where both it and the day are used up: it ends later", () => {
    const both = held({ imagesPerDay: 1, imagesPerMonth: 1 });

    expect(refusalOf(both, use({ today: 1, thisMonth: 1 }), need(1), now)).toMatchObject({
      of: "month",
      resetsAt: december,
    });
  });

  it("tasks under way are held against their limit whatever they make", () => {
    const two = held({ atOnce: 2 });

    expect(refusalOf(two, use({ underWay: 1 }), need(4), now)).toBeNull();
    expect(refusalOf(two, use({ underWay: 2 }), need(1), now)).toMatchObject({ of: "at_once", resetsAt: null });
    expect(refusalOf(two, use({ underWay: 0 }), need(8, 3), now)).toMatchObject({ of: "at_once", planned: 3 });
  });

  it("an expired key may make nothing", () => {
    expect(refusalOf(held({}, now + 1), use(), need(1), now)).toBeNull();
    const refusal = refusalOf(held({}, now), use(), need(1), now);
    expect(refusal).toMatchObject({ of: "expired" });
    expect(refusal && keyRefusalError(refusal).code).toBe("not_allowed");
  });

  it.each([
    [{ imagesPerDay: 3 }, need(4), "may make 3 images a day; this needs 4."],
    [{ imagesPerDay: 3, imagesPerMonth: 4 }, need(4), "may make 3 images a day; this needs 4."],
    [{ imagesPerMonth: 1 }, need(2), "may make 1 image a month; this needs 2."],
    [{ models: ["dreamina-4.0"] }, need(1), "may not use the model of this request."],
  ])("a request that no moment lets pass (%j) is refused as such, for itself", (changes, asked, words) => {
    const refusal = refusalOf(held(changes), use({ today: 1, thisMonth: 1 }), asked, now);
    if (refusal === null) throw new Error("it is within");
    expect(keyRefusalError(refusal)).toEqual({
      code: "not_allowed",
      message: `This API key ${words} Nothing was spent.`,
    });
    expect([isOfRequest(refusal), mayPass(refusal), refusal.resetsAt]).toEqual([true, false, null]);
  });

  it("a key without batches may make single tasks, and no request of a batch", () => {
    const single = held({ batches: false });
    expect(refusalOf(single, use(), need(1), now)).toBeNull();
    const refusal = refusalOf(single, use(), need(1, 1, { isOfBatch: true }), now);
    expect(refusal).toMatchObject({ of: "batches" });
    if (refusal !== null) expect([isOfRequest(refusal), mayPass(refusal)]).toEqual([false, false]);
  });

  it.each([
    [{ of: "day", limit: 3, used: 3, reserved: 2, planned: 2 }, true],
    [{ of: "day", limit: 3, used: 3, reserved: 2, planned: 3 }, false],
    [{ of: "month", limit: 3, used: 3, reserved: 0, planned: 1 }, false],
    [{ of: "at_once", limit: 2, used: 2, reserved: 9, planned: 1 }, true],
    [{ of: "at_once", limit: 2, used: 0, reserved: 0, planned: 3 }, false],
    [{ of: "expired", limit: 0, used: 0, reserved: 0, planned: 1 }, false],
  ] as const)("a refusal passes when tasks under way may free it: %j", (refusal, passes) => {
    expect(mayPass({ ...refusal, resetsAt: null })).toBe(passes);
  });

  it("the rest is that of the tighter limit, and never below zero", () => {
    const both = limits({ imagesPerDay: 10, imagesPerMonth: 12 });

    expect(allowanceOf(both, use({ today: 1, thisMonth: 1 }), now)).toEqual({
      ...{ limit: 10, remaining: 9, resetsAt: tomorrow },
    });
    expect(allowanceOf(both, use({ today: 0, thisMonth: 11 }), now)).toEqual({
      ...{ limit: 12, remaining: 1, resetsAt: december },
    });
    expect(allowanceOf(both, use({ today: 20, thisMonth: 20 }), now)).toMatchObject({ remaining: 0 });
  });

  it.each([
    [{ of: "day", limit: 3, used: 3, planned: 1, resetsAt: tomorrow }, "and none is left; this needs 1"],
    [{ of: "month", limit: 3, used: 2, planned: 4, resetsAt: december }, "and 1 of them is left; this needs 4"],
    [{ of: "day", limit: 9, used: 2, planned: 8, resetsAt: tomorrow }, "and 7 of them are left; this needs 8"],
  ] as const)("a refusal tells the rest and when there is more: %j", (refusal, words) => {
    const { code, message } = keyRefusalError({ ...refusal, reserved: 0 });

    expect(code).toBe("quota_exceeded");
    expect(message).toContain(
      `${words}. It can make more from ${new Date(refusal.resetsAt).toISOString().slice(0, 10)}T`,
    );
  });
});

describe("ids and moments", () => {
  it("the id of a key is found among tags, a hash that begins alike is not", () => {
    const id = keyIdOf("V1StGXR8_Z5jdHi6B-myT");

    expect(keyIn(["abc", id])).toBe(id);
    expect(keyIn(["key_V1StGXR8_Z5jdHi6B-m", "abc"])).toBeNull();
  });

  it.each([
    [Date.UTC(2026, 10, 30, 23, 59, 59, 999), "2026-11-30", Date.UTC(2026, 11, 1), Date.UTC(2026, 11, 1)],
    [Date.UTC(2027, 11, 31), "2027-12-31", Date.UTC(2028, 0, 1), Date.UTC(2028, 0, 1)],
    [Date.UTC(2028, 1, 28, 12), "2028-02-28", Date.UTC(2028, 1, 29), Date.UTC(2028, 2, 1)],
  ])("the day and the month of %d end with UTC's", (moment, day, nextDay, nextMonth) => {
    expect(utc.dayOf(moment)).toBe(day);
    expect(utc.firstOfMonth(moment)).toBe(`${day.slice(0, 7)}-01`);
    expect([utc.nextDayAt(moment), utc.nextMonthAt(moment)]).toEqual([nextDay, nextMonth]);
  });

  it("a place of the pool is read as it is written, and no tag is one", () => {
    for (const place of [
      { upstream: "dreamina", place: "us" },
      { upstream: "ark", place: "ap" },
    ] as const) {
      expect(placeIn(placeTag(place))).toEqual(place);
    }
    for (const tag of ["Abc_-0123456789abcdefghi", "@elsewhere/us", ""]) expect(placeIn(tag)).toBeNull();
  });
});
