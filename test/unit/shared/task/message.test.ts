import { describe, expect, it } from "vitest";
import { wakeUpSchema } from "#shared/task/message.ts";
import { aWakeUp } from "#test/support/task.ts";

describe("a wake-up", () => {
  it("a wake-up reads as it was written", () => {
    expect(wakeUpSchema.parse(JSON.parse(JSON.stringify(aWakeUp())))).toEqual(aWakeUp());
  });

  it("a wake-up carries an owner, a task and a step, and nothing else", () => {
    expect(wakeUpSchema.parse({ ...aWakeUp(), prompt: "a red fox" })).toEqual(aWakeUp());
  });

  it.each([
    ["another version", { v: 2 }],
    ["no version", { v: undefined }],
    ["no owner", { owner: "" }],
    ["no task", { task: "" }],
    ["step 0", { step: 0 }],
    ["half a step", { step: 1.5 }],
    ["a step as text", { step: "1" }],
  ])("a body with %s is not a wake-up", (_what, bend) => {
    expect(wakeUpSchema.safeParse({ ...aWakeUp(), ...bend }).success).toBe(false);
  });

  it.each([null, undefined, "text", 7, [], {}])("%j is not a wake-up", (body) => {
    expect(wakeUpSchema.safeParse(body).success).toBe(false);
  });
});
