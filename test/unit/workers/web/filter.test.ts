/** The filter of the gallery: which tasks and images it leaves. */
import { describe, expect, test } from "vitest";
import { plainDraft } from "#web/state/draft.ts";
import { type Filter, imageTest, isFiltering, isNarrowed, noFilter, shapeOf, taskTest } from "#web/state/filter.ts";
import { newTask, type Task } from "#web/state/task.ts";
import { aTaskView } from "./wire.ts";

const now = new Date(2026, 10, 29, 15).getTime();
const dayMs = 24 * 60 * 60 * 1000;

const task = (prompt: string | null, bend: Partial<Task> = {}): Task => ({
  ...newTask({
    key: "k",
    draft: prompt === null ? null : { ...plainDraft, prompt },
    sessions: [],
    frame: { count: 4, width: 1, height: 1 },
    createdAt: now,
  }),
  ...bend,
});
const matches = (filter: Partial<Filter>, one: Task) => taskTest({ ...noFilter, ...filter }, now)(one);

describe("the words", () => {
  test.each([
    ["fox", "A red FOX at dawn", true],
    ["dawn red", "A red fox at dawn", true],
    ["fo", "A red fox", true],
    ["red wolf", "A red fox", false],
    ["CAFE", "a café in Paris", true],
    ["灯塔", "黎明的灯塔，油画", true],
    ["ＦＯＸ", "a fox", true],
    ["  ", "anything", true],
  ])("%j in %j: %j", (text, prompt, expected) => {
    expect(matches({ text }, task(prompt))).toBe(expected);
  });

  test("a task whose prompt is not known matches no words", () => {
    expect(matches({ text: "fox" }, task(null))).toBe(false);
  });
});

describe("the model and the time", () => {
  test("the model is the one that the server used, and before it is known that of the draft", () => {
    const made = task("a fox", { view: aTaskView({ model: "seedream-4.5" }) });
    expect(matches({ model: "seedream-4.5" }, made)).toBe(true);
    expect(matches({ model: plainDraft.model }, made)).toBe(false);
    expect(matches({ model: plainDraft.model }, task("a fox"))).toBe(true);
  });

  test.each([
    ["day", 14 / 24, true],
    ["day", 16 / 24, false],
    ["week", 6, true],
    ["week", 7, false],
    ["month", 29, true],
    ["month", 30, false],
  ] as const)("within a %s, counted in whole days, is a task of %f days ago: %j", (time, days, expected) => {
    expect(matches({ time }, task("a fox", { createdAt: now - days * dayMs }))).toBe(expected);
  });
});

describe("images", () => {
  test.each([
    [1920, 1080, "landscape"],
    [1080, 1920, "portrait"],
    [1024, 1024, "square"],
    [1024, 1000, "square"],
  ])("%i × %i is %s", (width, height, shape) => {
    expect(shapeOf({ width, height })).toBe(shape);
  });

  test("of a task only the images of the shape, and the favourites, are left", () => {
    const favourites = new Set(["t/1"]);
    const image = { name: "t/1", width: 1920, height: 1080 };
    const left = (filter: Partial<Filter>, name = "t/1") =>
      imageTest({ ...noFilter, ...filter }, favourites)({ ...image, name });
    expect([left({ shape: "landscape" }), left({ shape: "square" })]).toEqual([true, false]);
    expect([left({ isFavourite: true }), left({ isFavourite: true }, "t/2"), left({}, "t/2")]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

test("blank words are no filter; the button is marked for all but words", () => {
  expect(isFiltering({ ...noFilter, text: " " })).toBe(false);
  expect(isFiltering({ ...noFilter, text: "fox" })).toBe(true);
  expect(isNarrowed({ ...noFilter, text: "fox" })).toBe(false);
  expect(isNarrowed({ ...noFilter, isFavourite: true })).toBe(true);
});
