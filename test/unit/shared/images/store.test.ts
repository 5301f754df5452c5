import { describe, expect, it } from "vitest";
import { imageFileName, imageKey } from "../../../../shared/images/store.ts";

describe("the key of a picture", () => {
  it("is made of its task and its index", () => {
    expect(imageKey("imgtask_x", 0)).toBe("imgtask_x/0");
  });

  it("is the same from the text of a link", () => {
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
  ])("of type %s is %s", (contentType, name) => {
    expect(imageFileName(imageKey("imgtask_x", 0), contentType)).toBe(name);
  });

  it.each(["", "image/x-unknown"])("of type %j has no extension", (contentType) => {
    expect(imageFileName("imgtask_x/0", contentType)).toBe("imgtask_x-0");
  });

  it("holds nothing that a path or a header could trip over", () => {
    expect(imageFileName("a/b/../c", "image/png")).not.toContain("/");
  });
});
