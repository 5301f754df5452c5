import { describe, expect, it } from "vitest";
import { ownerOf, tickOf } from "#shared/task/message.ts";

describe("a tick", () => {
  it("a tick names its owner, and nothing else", () => {
    expect(tickOf("owner-1")).toEqual({ v: 2, owner: "owner-1" });
    expect(ownerOf(JSON.parse(JSON.stringify(tickOf("owner-1"))))).toBe("owner-1");
  });

  it("a message of an earlier version, which names a task and a step, is a tick for its owner", () => {
    expect(ownerOf({ v: 1, owner: "owner-1", task: "imgtask_aaaaaaaaaaaaaaaaaaaaa", step: 1 })).toBe("owner-1");
  });

  it.each([
    ["a later version", { v: 3 }],
    ["no version", { v: undefined }],
    ["a version as text", { v: "2" }],
    ["an empty owner", { owner: "" }],
    ["no owner", { owner: undefined }],
    ["an owner that is a number", { owner: 7 }],
  ])("a body with %s is not a tick", (_what, bend) => {
    expect(ownerOf({ ...tickOf("owner-1"), ...bend })).toBeNull();
  });

  it.each([null, undefined, "text", 7, [], {}])("%j is not a tick", (body) => {
    expect(ownerOf(body)).toBeNull();
  });
});
