import { describe, expect, it } from "vitest";
import { imageFileName, imageKey, imageKeyAt, imagePath } from "#shared/images/store.ts";

describe("the key of an image", () => {
  it("an image's key is made of its task and its index", () => {
    expect(imageKey("imgtask_x", 0)).toBe("imgtask_x/0");
  });

  it("an image's key is the same for an index given as text", () => {
    expect(imageKey("imgtask_x", "3")).toBe(imageKey("imgtask_x", 3));
  });
});

describe("the address of an image", () => {
  it.each([
    ["image/png", "imgtask_x/0.png"],
    ["image/jpeg", "imgtask_x/0.jpg"],
    ["image/webp", "imgtask_x/0.webp"],
    ["image/gif", "imgtask_x/0.gif"],
    ["image/avif", "imgtask_x/0.avif"],
    ["image/x-unknown", "imgtask_x/0"],
    ["", "imgtask_x/0"],
  ])("an image's address ends with its type, where that is known: %s", (contentType, path) => {
    expect(imagePath({ key: "imgtask_x/0", contentType })).toBe(path);
    expect(imageKeyAt(path)).toBe("imgtask_x/0");
  });

  it.each(["imgtask_x/12", "imgtask_x/12.jpeg", "imgtask_x/12.PNG"])("an image is found at %s", (path) => {
    expect(imageKeyAt(path)).toBe("imgtask_x/12");
  });

  it.each([
    ...["", "imgtask_x", "imgtask_x/", "imgtask_x/x", "imgtask_x/0/1", "imgtask_x/0.", "imgtask_x/0.html"],
    ...["imgtask_x/0.png.png", "imgtask_x/.png", "imgtask_x/12345", "../0.png", "a.b/0.png", "imgtask_x/0png"],
  ])("no image is found at %j", (path) => {
    expect(imageKeyAt(path)).toBeNull();
  });
});

describe("the file name of an image", () => {
  it.each([
    ["image/png", "imgtask_x-0.png"],
    ["image/jpeg", "imgtask_x-0.jpg"],
    ["image/webp", "imgtask_x-0.webp"],
    ["image/gif", "imgtask_x-0.gif"],
    ["image/avif", "imgtask_x-0.avif"],
  ])("the file name of an image of type %s is %s", (contentType, name) => {
    expect(imageFileName(imageKey("imgtask_x", 0), contentType)).toBe(name);
  });

  it.each(["", "image/x-unknown"])("the file name of an image of type %j has no extension", (contentType) => {
    expect(imageFileName("imgtask_x/0", contentType)).toBe("imgtask_x-0");
  });

  it("an image's file name contains no slash", () => {
    expect(imageFileName("a/b/../c", "image/png")).not.toContain("/");
  });
});
