import { expect, it } from "vitest";
import { type Draft, plainDraft } from "#web/state/draft.ts";
import { draftFromStored, writeWithImages } from "#web/state/stored-images.ts";

const link = { id: "1", name: "moon", kind: "link", url: "https://example.com/moon.png" } as const;
const file = { id: "2", name: "cat.png", kind: "file", blob: new Blob(["a cat"], { type: "image/png" }) } as const;

const record = (draft: Partial<Draft> | null = { images: [link, file] }) => ({
  key: "k",
  isFilesLost: false,
  draft: draft && { ...plainDraft, ...draft },
});
type Stored = ReturnType<typeof record>;

/** A browser's store that refuses some records. */
function aStore(refuses: (stored: Stored) => boolean) {
  const stored: Stored[] = [];
  const write = async (one: unknown) => {
    if (refuses(one as Stored)) return false;
    stored.push(structuredClone(one as Stored));
    return true;
  };
  return { stored, write };
}

const imagesOf = ({ draft }: Stored) => draft?.images ?? [];
const hasBlob = (stored: Stored) => imagesOf(stored).some((image) => "blob" in image);
const hasFile = (stored: Stored) => imagesOf(stored).some(({ kind }) => kind !== "link");

it("files are stored as Blobs, which a browser need not read before they are used", async () => {
  const { stored, write } = aStore(() => false);
  expect(await writeWithImages(record(), write)).toBe(true);
  expect(stored.map(imagesOf)).toEqual([[link, { ...file, blob: expect.any(Blob) }]]);
});

it("a browser that stores no Blobs stores their bytes, which are the same files when they are read", async () => {
  const { stored, write } = aStore(hasBlob);
  expect(await writeWithImages(record(), write)).toBe(true);
  expect(stored).toHaveLength(1);
  const images = draftFromStored(stored[0]?.draft)?.images ?? [];
  expect(images).toEqual([link, { ...file, blob: expect.any(Blob) }]);
  const [, image] = images;
  const blob = image?.kind === "file" ? image.blob : new Blob();
  expect([blob.type, await blob.text()]).toEqual(["image/png", "a cat"]);
});

it("on a full disk a record is stored without its files, and says so; its links stay", async () => {
  const { stored, write } = aStore(hasFile);
  expect(await writeWithImages(record(), write)).toBe(false);
  expect(stored).toEqual([{ ...record(), isFilesLost: true, draft: { ...plainDraft, images: [link] } }]);
});

it("a file that cannot be read any more is left out", async () => {
  const blob = new Blob(["gone"]);
  blob.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
  const { stored, write } = aStore(hasBlob);
  expect(await writeWithImages(record({ images: [link, { ...file, blob }] }), write)).toBe(false);
  expect(stored.map(imagesOf)).toEqual([[link]]);
});

it("a record without a draft is tried once", async () => {
  let tries = 0;
  const write = async () => {
    tries += 1;
    return false;
  };
  expect(await writeWithImages(record(null), write)).toBe(false);
  expect(tries).toBe(1);
  expect(draftFromStored(undefined)).toBeNull();
});

it("images that an earlier version stored as Blobs are read as they are", () => {
  expect(draftFromStored({ ...plainDraft, images: [link, file] })?.images).toEqual([link, file]);
});
