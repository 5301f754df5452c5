import { beforeEach, expect, it } from "vitest";
import { firstLookSeconds, learnDuration } from "#consumer/coordinator/durations.ts";
import { openTables, type Sql } from "#test/support/sqlite.ts";
import { aRequest, aStagedInput } from "#test/support/task.ts";

let sql: Sql;
beforeEach(() => {
  sql = openTables();
});

const task = { request: aRequest(), inputs: [] };

it("the first look is not timed by a single job", () => {
  expect(firstLookSeconds(sql, task)).toBeNull();
  learnDuration(sql, task, 14);
  expect(firstLookSeconds(sql, task)).toBeNull();
});

it("the first look comes when a third of the jobs were done", () => {
  for (const seconds of [19, 13, 16, 15, 14, 18]) learnDuration(sql, task, seconds);

  expect(firstLookSeconds(sql, task)).toBe(14);
});

it("only the last twenty jobs count", () => {
  for (let job = 0; job < 30; job += 1) learnDuration(sql, task, 60);
  for (let job = 0; job < 20; job += 1) learnDuration(sql, task, 12);

  expect(firstLookSeconds(sql, task)).toBe(12);
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
