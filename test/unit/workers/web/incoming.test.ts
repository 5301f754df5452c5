import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withStorage } from "./browser.ts";

const notices: string[] = [];
vi.mock("#web/components/toast.tsx", () => ({ notify: (text: string) => notices.push(text) }));

let end: () => void = () => {};
beforeEach(() => {
  vi.resetModules();
  notices.length = 0;
});
afterEach(() => end());

async function page() {
  const storage = withStorage();
  end = storage.end;
  const incoming = await import("#web/compose/incoming.ts");
  const { draft } = await import("#web/state/draft.ts");
  return { ...incoming, draft };
}

const heads = {
  "image/png": "\x89PNG\r\n\x1a\n",
  "image/jpeg": "\xff\xd8\xff\xe0",
  "image/webp": "RIFF\x5c\0\0\0WEBPVP8L",
  "image/gif": "GIF89a",
  "image/bmp": "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
};

const aFile = (name: string, head: string, type = ""): File => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => (index < head.length ? head.charCodeAt(index) : index));
  return new File([bytes], name, { type });
};
const png = (name: string, type = "image/png") => aFile(name, heads["image/png"], type);

/** Like a dropped folder: it has a name and cannot be read. */
function aFolder(name: string): File {
  const folder = new File([], name);
  folder.slice = () => {
    throw new DOMException("A requested file or directory could not be found.", "NotFoundError");
  };
  return folder;
}

describe("a file", () => {
  it.each(["", "image/x-png", "image/pjpeg", "application/octet-stream", "text/plain"])(
    "an image is recognised by its bytes when the browser's type is %j",
    async (type) => {
      const { addFiles, filesAdded, draft } = await page();
      addFiles([png("cat", type)]);

      expect(await filesAdded()).toBe(true);
      expect(draft.value.images).toMatchObject([{ name: "cat", kind: "file" }]);
      expect(draft.value.mode).toBe("image");
      expect(notices).toEqual([]);
    },
  );

  it.each(Object.entries(heads))("an image keeps all its bytes and gets its true type: %s", async (type, head) => {
    const { addFiles, filesAdded, draft } = await page();
    const file = aFile("cat", head, "image/x-unknown");
    addFiles([file]);
    await filesAdded();

    const [image] = draft.value.images;
    const blob = image?.kind === "file" ? image.blob : new Blob();
    expect(blob.type).toBe(type);
    expect(await blob.bytes()).toEqual(await file.bytes());
  });

  it.each([
    ["a page", "<!doctype html>"],
    ["text", "notes"],
    ["a HEIC image", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["an AVIF image", "\0\0\0\x14ftypavif\0\0\0\0mif1"],
  ])("%s is refused by name, whatever type the browser gives it", async (_what, head) => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aFile("cat.png", head, "image/png")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual(["cat.png is not a JPEG, PNG, WebP, GIF or BMP image."]);
  });

  it("an empty file and a folder are refused by name", async () => {
    const { addFiles, filesAdded } = await page();
    addFiles([new File([], "empty.png", { type: "image/png" }), aFolder("holidays")]);

    expect(await filesAdded()).toBe(false);
    expect(notices).toEqual([
      "empty.png is not a JPEG, PNG, WebP, GIF or BMP image.",
      "Could not be read, perhaps a folder: holidays.",
    ]);
  });

  it("an image that is too large is refused by name", async () => {
    const { addFiles, filesAdded } = await page();
    const file = png("wall.png");
    Object.defineProperty(file, "size", { value: 30 * 1024 * 1024 + 1 });
    addFiles([file]);

    expect(await filesAdded()).toBe(false);
    expect(notices).toEqual(["wall.png is larger than 30 MB."]);
  });
});

describe("several files", () => {
  it("of several files every refused one is named, and the others are added", async () => {
    const { addFiles, filesAdded, draft } = await page();
    const texts = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"].map((name) => aFile(name, "notes"));
    addFiles([png("first"), ...texts, png("last")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images.map(({ name }) => name)).toEqual(["first", "last"]);
    expect(notices).toEqual(["These are not JPEG, PNG, WebP, GIF or BMP images: a.txt, b.txt, c.txt, d.txt, e.txt."]);
  });

  it("files are added in the order in which they were given, however long each takes to read", async () => {
    const { addFiles, filesAdded, areFilesLoading, draft } = await page();
    const slow = png("slow");
    const { slice } = slow;
    let read: (() => void) | null = null;
    slow.slice = (...given) => {
      const part = slice.apply(slow, given);
      const { arrayBuffer } = part;
      part.arrayBuffer = async () => {
        await new Promise<void>((resolve) => {
          read = resolve;
        });
        return arrayBuffer.apply(part);
      };
      return part;
    };
    addFiles([slow]);
    addFiles([png("quick")]);
    const go = await vi.waitUntil(() => read);

    expect(areFilesLoading.value).toBe(true);
    expect(draft.value.images).toEqual([]);
    go();
    expect(await filesAdded()).toBe(true);
    expect(areFilesLoading.value).toBe(false);
    expect(draft.value.images.map(({ name }) => name)).toEqual(["slow", "quick"]);
  });

  it("an earlier refusal does not count against later files", async () => {
    const { addFiles, filesAdded } = await page();
    addFiles([aFile("notes.txt", "notes")]);
    expect(await filesAdded()).toBe(false);
    addFiles([png("cat")]);
    expect(await filesAdded()).toBe(true);
  });

  it("files above the limit cause a notice and count as not added", async () => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles(Array.from({ length: 11 }, (_, index) => png(`cat ${index}`)));

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toHaveLength(10);
    expect(notices).toHaveLength(1);
  });
});
