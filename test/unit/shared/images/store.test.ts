import { describe, expect, it } from "vitest";
import { imageFileName, imageKey } from "../../../../shared/images/store.ts";

describe("the key of a picture", () => {
  it("a picture's key is made of its task and its index", () => {
    expect(imageKey("imgtask_x", 0)).toBe("imgtask_x/0");
  });

  it("a picture's key is the same for an index given as text", () => {
    expect(imageKey("imgtask_x", "3")).toBe(imageKey("imgtask_x", 3));
  });
});

describe("the file name of a picture", () => {
  it.each([
    ["image/png", "imgtask_x-0.png"],
    ["image/jpeg", "imgtask_x-0.jpg"],
    ["image/webp", "imgtask_x-0.webp"],
    ["image/gif", "imgtask_x-0.gif"],
    ["image/avif", "imgtask_x-0.avif"],
  ])("the file name of a picture of type %s is %s", (contentType, name) => {
    expect(imageFileName(imageKey("imgtask_x", 0), contentType)).toBe(name);
  });

  it.each(["", "image/x-unknown"])("the file name of a picture of type %j has no extension", (contentType) => {
    expect(imageFileName("imgtask_x/0", contentType)).toBe("imgtask_x-0");
  });

  it("a picture's file name contains no slash", () => {
    expect(imageFileName("a/b/../c", "image/png")).not.toContain("/");
  });
});
