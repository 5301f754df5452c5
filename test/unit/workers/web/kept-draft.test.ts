/** The draft of a task that another device made, from the request that the server kept. */
import { describe, expect, test } from "vitest";
import type { KeptRequest } from "#shared/wire/kept-request.ts";
import type { TaskView } from "#shared/wire/task.ts";
import { plainDraft, requestOf } from "#web/state/draft.ts";
import { keptDraft } from "#web/state/kept-draft.ts";
import { mergeList, type Task, taskMadeElsewhere, withView } from "#web/state/task.ts";
import { aTaskView } from "./wire.ts";

const request: KeptRequest = {
  prompt: "a fox",
  model: "dreamina-4.5",
  ratio: "16:9",
  resolution: "4k",
  n: 2,
  negative_prompt: "birds",
  sample_strength: 0.25,
  seed: 7,
};
const view = (bend: Partial<TaskView> = {}) => aTaskView({ request, input_images: 0, ...bend });

describe("the draft of a kept request", () => {
  test("sent again, it is the request that was kept", () => {
    const draft = keptDraft(view());
    expect(draft && requestOf(draft).json).toEqual(request);
  });

  test("its model is the one that the server used, which the form knows", () => {
    const named = { prompt: "a fox", model: "jimeng-4.5-16x9-4k" };
    expect(keptDraft(view({ request: named, model: "dreamina-4.5" }))?.model).toBe("dreamina-4.5");
  });

  test.each([
    ["1024x768", "4:3"],
    ["1080X1920", "9:16"],
    ["2100×900", "21:9"],
    ["auto", plainDraft.ratio],
  ])("of the size %s it has the nearest ratio, %s", (size, ratio) => {
    expect(keptDraft(view({ request: { prompt: "a fox", size } }))?.ratio).toBe(ratio);
  });

  test("where none was kept, there is no draft", () => {
    expect(keptDraft(aTaskView())).toBeNull();
  });
});

describe("a task made elsewhere", () => {
  const merged = (task: Task, next: TaskView) => mergeList(new Map([[task.key, task]]), [next], 9).get(task.key);

  test("it has the prompt of its request, and waits for as many images of its shape", () => {
    expect(taskMadeElsewhere(view(), 1)).toMatchObject({
      draft: { mode: "text", prompt: "a fox" },
      frame: { count: 2, width: 16, height: 9 },
      isFilesLost: false,
    });
  });

  test("one with reference images cannot be sent again as it was: they are not kept", () => {
    expect(taskMadeElsewhere(view({ input_images: 2 }), 1)).toMatchObject({
      draft: { mode: "image" },
      isFilesLost: true,
    });
  });

  test("one that an earlier version of the page stored without a prompt gets it with the next list", () => {
    const before = taskMadeElsewhere(aTaskView({ status: "completed" }), 1);
    expect(before.draft).toBeNull();
    expect(merged(before, view({ status: "completed" }))?.draft?.prompt).toBe("a fox");
  });

  test("a task of this browser keeps its own draft", () => {
    const own = { ...plainDraft, prompt: "mine" };
    const task = { ...taskMadeElsewhere(aTaskView(), 1), key: "k1", draft: own };
    expect(withView(task, view({ progress: 50 }), 9).draft).toBe(own);
  });
});
