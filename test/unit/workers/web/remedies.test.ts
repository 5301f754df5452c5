import { describe, expect, it } from "vitest";
import { errorCodes, errorKind } from "#shared/errors.ts";
import { errorMessages } from "#web/messages/errors.ts";
import { type Draft, plainDraft } from "#web/state/draft.ts";
import { newTask, type Task } from "#web/state/task.ts";
import { imageAtFault } from "#web/tasks/image-at-fault.ts";
import { isRepeatable, ownCodes, remedies, remedyFor } from "#web/tasks/remedies.ts";
import { remedyActions } from "#web/tasks/remedy-actions.ts";

const links = (...urls: string[]): Draft["images"] => urls.map((url) => ({ kind: "link", id: url, name: url, url }));

function refusedTask(code: string, message: string, draft: Partial<Draft> = {}, param: string | null = null): Task {
  const task = newTask({
    key: "k",
    draft: { ...plainDraft, ...draft },
    sessions: [],
    frame: { count: 1, width: 1, height: 1 },
    createdAt: 1,
  });
  return { ...task, refusal: { code, message, hint: "", param } };
}

const labels = (task: Task, again: (() => void) | null): string[] =>
  remedyActions(task, task.refusal?.code ?? "", again).map(({ label }) => label);

describe("the table of remedies", () => {
  it("every code of the API and of the page has a row, and no other has", () => {
    expect(Object.keys(remedies).toSorted()).toEqual([...errorCodes, ...ownCodes].toSorted());
  });

  it("a code that the API calls retryable can be tried again", () => {
    const codes = errorCodes.filter((code) => errorKind(code).retryable);
    expect(codes.filter((code) => !isRepeatable(code, true))).toEqual([]);
  });

  it("a failure of the site is not tried again where the server says that it does not help", () => {
    expect(isRepeatable("upstream_failed", undefined)).toBe(true);
    expect(isRepeatable("upstream_failed", false)).toBe(false);
    expect(isRepeatable("output_moderated", false)).toBe(false);
  });

  it("a cancelled task can be started again, although no program should do it", () => {
    expect(isRepeatable("cancelled", false)).toBe(true);
  });

  it("a code of a later version is treated as a fault of the server", () => {
    expect(remedyFor("of_a_later_version")).toEqual(remedies.internal);
    expect(remedyFor("toString")).toEqual(remedies.internal);
  });

  it("every row has a sentence on the page, in both languages", () => {
    const told = Object.keys(remedies).filter((code) => !["files_lost", "maybe_made"].includes(code));
    for (const table of [errorMessages.en, errorMessages.zh])
      expect(Object.keys(table)).toEqual(expect.arrayContaining(told));
  });
});

describe("the buttons of a failed task", () => {
  it("a refused session leads to another one, a refused prompt to the prompt, a model to another model", () => {
    expect(labels(refusedTask("session_expired", ""), null)).toEqual(["Add a session or key"]);
    expect(labels(refusedTask("prompt_moderated", ""), null)).toEqual(["Change the prompt"]);
    expect(labels(refusedTask("model_not_available", ""), null)).toEqual([
      "Choose another model",
      "Add a session or key",
    ]);
  });

  it("a refused value leads to the part of the form that the server names", () => {
    const images = { mode: "image" as const, images: links("https://a.test/1.png") };
    expect(labels(refusedTask("invalid_value", "", {}, "prompt"), null)).toEqual(["Change the prompt"]);
    expect(labels(refusedTask("invalid_value", "", images, "images[3]"), null)).toEqual([
      "Change the reference images",
    ]);
    expect(labels(refusedTask("invalid_value", "", {}, "ratio"), null)).toEqual([]);
    expect(labels(refusedTask("session_expired", "", {}, "prompt"), null)).toEqual(["Add a session or key"]);
  });

  it("no gift is claimed for a task that cannot start again, nor without a session", () => {
    const others = ["Add a session or key", "Choose another model"];
    expect(labels(refusedTask("insufficient_credits", ""), null)).toEqual(others);
    expect(labels(refusedTask("insufficient_credits", ""), () => undefined)).toEqual(others);
  });

  it("the reference image that the refusal names can be removed; without a name all can be changed", () => {
    const images = { mode: "image" as const, images: links("https://a.test/1.png", "https://a.test/2.png") };
    expect(labels(refusedTask("input_image_invalid", "images[1] is cut off.", images), null)).toEqual([
      "Remove reference image 2",
    ]);
    expect(labels(refusedTask("input_moderated", "Refused.", images), null)).toEqual(["Change the reference images"]);
    expect(labels(refusedTask("input_image_invalid", "images[2] is cut off.", images), null)).toEqual([
      "Change the reference images",
    ]);
  });

  it("a task whose request is not known is offered no change of it", () => {
    expect(labels({ ...refusedTask("prompt_moderated", ""), draft: null }, null)).toEqual([]);
  });
});

it("the image at fault is the one whose name begins the refusal", () => {
  expect(imageAtFault("images[0] is empty.")).toBe(0);
  expect(imageAtFault("images[10] is empty.")).toBe(10);
  expect(imageAtFault("Use at most 10 images, not images[3].")).toBeNull();
});
