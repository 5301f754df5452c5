import { beforeEach, expect, it } from "vitest";
import { firstLookSeconds, learnDuration } from "#consumer/coordinator/durations.ts";
import { openTables, type Sql } from "#test/support/sqlite.ts";
import { aRequest, aStagedInput } from "#test/support/task.ts";

let sql: Sql;
beforeEach(() => {
  sql = openTables();
});

const task = { request: aRequest(), inputs: [] };

const learn = (...durations: number[]) => {
  for (const seconds of durations) learnDuration(sql, task, seconds);
};

it("the first look is not timed before a job was seen, and comes a little before the end of the only one", () => {
  expect(firstLookSeconds(sql, task)).toBeNull();
  learn(20);
  expect(firstLookSeconds(sql, task)).toBeCloseTo(20 - 0.8 * 0.12 * 20);
});

it("the first look comes 0.8 standard deviations before the mean", () => {
  learn(19, 13, 16, 15, 14, 18);

  const deviation = Math.sqrt((26.83 + (0.12 * 15.83) ** 2) / 6);
  expect(firstLookSeconds(sql, task)).toBeCloseTo(15.83 - 0.8 * deviation, 1);
});

it("the first look comes at most 1.5 seconds after the end of the fastest job", () => {
  learn(10, 30, 30, 30, 30);

  expect(firstLookSeconds(sql, task)).toBe(11.5);
});

it("the first look is closer to the mean the more jobs took equally long", () => {
  learn(15);
  const early = firstLookSeconds(sql, task) ?? Number.NaN;
  learn(...Array<number>(19).fill(15));
  const late = firstLookSeconds(sql, task) ?? Number.NaN;

  expect(early).toBeLessThan(late);
  expect(late).toBeLessThan(15);
  expect(late).toBeGreaterThan(14.6);
});

it("only the last twenty jobs count", () => {
  learn(...Array<number>(20).fill(12));
  const alone = firstLookSeconds(sql, task);
  learn(...Array<number>(30).fill(60), ...Array<number>(20).fill(12));

  expect(firstLookSeconds(sql, task)).toBe(alone);
});

it.each([
  ["another model", { ...task, request: aRequest({ model: "dreamina-4.0" }) }],
  ["another resolution", { ...task, request: aRequest({ resolution: "4k" }) }],
  ["another number of images", { ...task, request: aRequest({ asked: 8 }) }],
  ["reference images", { ...task, inputs: [aStagedInput(0)] }],
])("jobs with %s are learnt apart", (_what, other) => {
  for (let job = 0; job < 5; job += 1) learnDuration(sql, task, 14);

  expect(firstLookSeconds(sql, other)).toBeNull();
});
