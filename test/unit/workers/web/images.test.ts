import { describe, expect, test } from "vitest";
import type { TaskView } from "#shared/wire/task.ts";
import { plainDraft } from "#web/state/draft.ts";
import { columnsFor, frameOf, imagesOf, tileCount } from "#web/state/images.ts";
import { newTask, type Task } from "#web/state/task.ts";
import { aModel, aTaskView } from "./wire.ts";

const model = aModel({ counts: [1, 2, 3], default_count: 3 });
const draft = { ...plainDraft, ratio: "16:9" };

const taskWith = (bend: Partial<TaskView>): Task => ({
  ...newTask({ key: "k", draft, sessions: [], frame: frameOf(draft, model), createdAt: 0 }),
  taskId: "t",
  view: aTaskView({ id: "t", progress: 0, created_at: 0, updated_at: 0, expires_at: 0, ...bend }),
});
const described = {
  url: "/images/t/0",
  small_url: "/images/t/0/small",
  width: 2048,
  height: 1152,
  bytes: 9,
  content_type: "image/png",
};

describe("the frame of a task", () => {
  test("the frame of a task has the size and count of its model", () => {
    expect(frameOf(draft, model)).toEqual({ count: 3, width: 2560, height: 1440 });
  });

  test("the frame of a task with an unknown model has the draft's ratio and count", () => {
    expect(frameOf({ ...draft, ratio: "3:4", count: 2 }, undefined)).toEqual({ count: 2, width: 3, height: 4 });
  });
});

describe("the images of a task", () => {
  test("an image has the size of the frame until the view describes it", () => {
    const [first] = imagesOf(taskWith({ images: ["/images/t/0"] }));
    expect(first).toEqual({
      id: "k/0",
      name: "t/0",
      index: 0,
      place: 0,
      url: "/images/t/0",
      smallUrl: "/images/t/0/small",
      width: 2560,
      height: 1440,
      bytes: null,
    });
  });

  test("an image keeps its id when the view describes it", () => {
    const [first] = imagesOf(taskWith({ status: "completed", images: ["/images/t/0"], data: [described] }));
    expect(first).toMatchObject({ id: "k/0", width: 2048, height: 1152, bytes: 9 });
  });

  test("an image keeps its id and its number when another one before it is deleted", () => {
    const images = imagesOf(taskWith({ status: "completed", images: ["/images/t/1.png", "https://cdn.test/t/3"] }));
    expect(images.map(({ id, index, place }) => [id, index, place])).toEqual([
      ["k/1", 0, 1],
      ["k/3", 1, 3],
    ]);
  });

  test("a running task has a tile for every expected image, a completed one for every image it has", () => {
    expect(tileCount(taskWith({ images: ["/images/t/0"] }))).toBe(3);
    expect(tileCount(taskWith({ images: ["/0", "/1", "/2", "/3"] }))).toBe(4);
    expect(tileCount(taskWith({ status: "completed", data: [described] }))).toBe(1);
  });

  test("a card has up to four columns, for wide images up to two", () => {
    const wide = { width: 16, height: 9 };
    const square = { width: 1, height: 1 };
    expect([1, 2, 3, 4, 8].map((count) => columnsFor(count, square))).toEqual([1, 2, 3, 4, 4]);
    expect([1, 2, 3, 4, 8].map((count) => columnsFor(count, wide))).toEqual([1, 2, 2, 2, 2]);
  });
});
