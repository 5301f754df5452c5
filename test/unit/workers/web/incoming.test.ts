import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitUntil } from "#test/support/wait-until.ts";
import { withStorage } from "./browser.ts";

const notices: string[] = [];
const actions: { label: string; run: () => void }[] = [];
vi.mock("#web/components/toast.tsx", () => ({
  notify: (text: string, action?: { label: string; run: () => void }) => {
    notices.push(text);
    if (action !== undefined) actions.push(action);
  },
}));

/** Node decodes no images: what the browser's decoder makes of a file is said by each test. */
const decoder = vi.hoisted(() => ({ canRead: true }));
vi.mock("#web/convert/bitmap.ts", () => ({
  bitmapOf: async () => (decoder.canRead ? { width: 3, height: 2, close: () => {} } : null),
}));
const heic = vi.hoisted((): { results: object[] } => ({ results: [] }));
vi.mock("#web/convert/heic/heic.ts", () => ({ heicBitmap: async () => heic.results.shift() }));
vi.mock("#web/convert/canvas.ts", () => ({ encoded: async () => new Blob(["drawn"], { type: "image/png" }) }));

let end: () => void = () => {};
beforeEach(() => {
  vi.resetModules();
  notices.length = 0;
  actions.length = 0;
  decoder.canRead = true;
});
afterEach(() => end());

async function page() {
  const storage = withStorage();
  end = storage.end;
  const incoming = await import("#web/compose/incoming.ts");
  const { draft } = await import("#web/state/draft.ts");
  return { ...incoming, draft };
}

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The shortest files with a valid end. */
const whole = {
  "image/png": "\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82",
  "image/jpeg": "\xff\xd8\xff\xe0\0\x02\xff\xd9",
  "image/webp": "RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0",
  "image/gif": "GIF89a\x01\0\x01\0\0\0\0;",
  "image/bmp": `BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18${"\0".repeat(28)}`,
};

const aFile = (name: string, bytes: string, type = ""): File => new File([latin(bytes)], name, { type });
const aHeic = (name: string) => aFile(name, "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
const png = (name: string, type = "image/png") => aFile(name, whole["image/png"], type);
/** A header of 10,000 by 4,000 pixels. */
const wide = (name: string) =>
  aFile(name, `\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x27\x10\0\0\x0f\xa0\x08\x06\0\0\0crc!\0\0\0\0IEND\xae\x42\x60\x82`);

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

  it.each(Object.entries(whole))(
    "a whole image keeps all its bytes and gets its true type: %s",
    async (type, bytes) => {
      const { addFiles, filesAdded, draft } = await page();
      const file = aFile("cat", bytes, "image/x-unknown");
      addFiles([file]);
      await filesAdded();

      const [image] = draft.value.images;
      const blob = image?.kind === "file" ? image.blob : new Blob();
      expect(blob.type).toBe(type);
      expect(await blob.bytes()).toEqual(await file.bytes());
    },
  );

  it.each([
    ["a page", "<!doctype html>"],
    ["text", "notes"],
    ["XML that is no SVG", "<?xml version='1.0'?><feed/>"],
  ])("%s is refused by name, whatever type the browser gives it", async (_what, bytes) => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aFile("cat.png", bytes, "image/png")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual(["cat.png is not an image."]);
  });

  it.each([
    ["an AVIF image", "\0\0\0\x14ftypavif\0\0\0\0mif1"],
    ["a HEIC image", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    [
      "a JPEG that lies on its side",
      "\xff\xd8\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0\xff\xd9",
    ],
  ])("%s that the browser reads is converted", async (_what, bytes) => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aFile("cat", bytes)]);

    expect(await filesAdded()).toBe(true);
    const [image] = draft.value.images;
    expect(image?.kind === "file" && (await image.blob.text())).toBe("drawn");
    expect(notices).toEqual([]);
  });

  it("an image in a format that the browser does not read is refused by name, with what to do", async () => {
    decoder.canRead = false;
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aFile("cat.psd", "8BPS\0\x01")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual([
      "This browser cannot read cat.psd. Save it as PNG or JPEG in an image program and add that.",
    ]);
  });

  it.each([
    ["unsupported", /^The HEIC photo cat.jpg cannot be read here. Save it as JPEG first/],
    ["broken", /^Damaged, so it cannot be shown: cat.jpg\.$/],
    ["tooLarge", /^Too large for this browser to read: cat.jpg\.$/],
    ["late", /^Reading took too long and was stopped: cat.jpg\. Save it as JPEG/],
  ])(
    "a HEIC photo that neither the browser nor the decoder reads is refused by name: %s",
    async (failure, sentence) => {
      decoder.canRead = false;
      heic.results = [{ failure }];
      const { addFiles, filesAdded } = await page();
      addFiles([aHeic("cat.jpg")]);

      expect(await filesAdded()).toBe(false);
      expect(notices).toEqual([expect.stringMatching(sentence)]);
      expect(actions).toEqual([]);
    },
  );

  it("HEIC photos whose decoder did not load are named in one notice, and are added when it is tried again", async () => {
    decoder.canRead = false;
    heic.results = [{ failure: "notLoaded" }, { failure: "notLoaded" }];
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aHeic("cat.heic"), aHeic("dog.heic")]);
    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/could not be loaded.* Not added: cat.heic, dog.heic\.$/)]);
    expect(actions.map(({ label }) => label)).toEqual(["Try again"]);

    const bitmap = { width: 3, height: 2, close: () => {} };
    heic.results = [{ bitmap }, { bitmap }];
    actions[0]?.run();
    expect(await filesAdded()).toBe(true);
    expect(draft.value.images).toMatchObject([{ name: "cat.heic" }, { name: "dog.heic" }]);
  });

  it.each(Object.entries(whole))("an image without its last byte is refused by name: %s", async (_type, bytes) => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles([aFile("cat", bytes.slice(0, -1))]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual(["Not complete, the end is missing: cat. Copy or download the whole file again."]);
  });

  it("an image with a valid end that cannot be shown is refused by name", async () => {
    decoder.canRead = false;
    const { addFiles, filesAdded, draft } = await page();
    addFiles([png("cat.png")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual(["Damaged, so it cannot be shown: cat.png."]);
  });

  it("an empty file and a folder are refused by name", async () => {
    const { addFiles, filesAdded } = await page();
    addFiles([new File([], "empty.png", { type: "image/png" }), aFolder("holidays")]);

    expect(await filesAdded()).toBe(false);
    expect(notices).toEqual([
      "Empty, with no bytes in it: empty.png.",
      "Could not be read, perhaps a folder: holidays.",
    ]);
  });
});

describe("an image above a limit", () => {
  it.each([
    ["pixels", wide("wall.png")],
    ["bytes", new File([latin(whole["image/png"]), new Uint8Array(30 * 1024 * 1024)], "wall.png")],
  ])("is offered to be scaled down, and is added when that is accepted: %s", async (_what, file) => {
    const { addFiles, filesAdded, draft } = await page();
    addFiles([file]);
    expect(await filesAdded()).toBe(false);
    expect(draft.value.images).toEqual([]);
    expect(notices).toEqual(["Larger than 30 MB or 36 megapixels: wall.png."]);
    expect(actions.map(({ label }) => label)).toEqual(["Scale down and add"]);

    actions[0]?.run();
    expect(await filesAdded()).toBe(true);
    expect(draft.value.images).toMatchObject([{ name: "wall.png" }]);
  });

  it("is refused without an offer when it declares more pixels than a browser can hold", async () => {
    const { addFiles, filesAdded } = await page();
    addFiles([aFile("bomb.png", "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff")]);

    expect(await filesAdded()).toBe(false);
    expect(notices).toEqual(["Too large for this browser to read: bomb.png."]);
    expect(actions).toEqual([]);
  });
});

describe("several files", () => {
  it("of several files every refused one is named, and the others are added", async () => {
    const { addFiles, filesAdded, draft } = await page();
    const texts = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"].map((name) => aFile(name, "notes"));
    addFiles([png("first"), ...texts, png("last")]);

    expect(await filesAdded()).toBe(false);
    expect(draft.value.images.map(({ name }) => name)).toEqual(["first", "last"]);
    expect(notices).toEqual(["These are not images: a.txt, b.txt, c.txt, d.txt, e.txt."]);
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
    const go = await waitUntil(() => read);

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
