/**
 * Reference images in IndexedDB: as Blobs, which are read only when they are needed; as bytes where the browser stores
 * no Blobs, as WebKit in a private window.
 */
import type { Draft, ReferenceImage } from "./draft.ts";

export type StoredImage = ReferenceImage | StoredBytes;
type StoredBytes = { id: string; name: string; kind: "bytes"; type: string; bytes: ArrayBuffer };

/** What a task and a batch have in common. */
type WithImages = { draft: Draft | null; isFilesLost: boolean };

/**
 * Writes a record with its images in the first form that the browser stores, otherwise without its files.
 * @param write whether it was stored
 * @returns whether all of it was stored
 */
export async function writeWithImages<R extends WithImages>(
  record: R,
  write: (record: unknown) => Promise<boolean>,
): Promise<boolean> {
  if (await write(record)) return true;
  const { draft } = record;
  if (draft === null) return false;
  const images = await asBytes(draft.images).catch(() => null);
  if (images !== null && (await write({ ...record, draft: { ...draft, images } }))) return true;
  // A full disk, or a file that cannot be read any more.
  const links = draft.images.filter(({ kind }) => kind === "link");
  const isFilesLost = record.isFilesLost || links.length < draft.images.length;
  await write({ ...record, draft: { ...draft, images: links }, isFilesLost });
  return false;
}

/** Rejects when a file cannot be read. */
export const asBytes = (images: readonly ReferenceImage[]): Promise<StoredImage[]> =>
  Promise.all(
    images.map(async (image) => {
      if (image.kind === "link") return image;
      const { id, name, blob } = image;
      return { id, name, kind: "bytes", type: blob.type, bytes: await blob.arrayBuffer() } as const;
    }),
  );

export const fromStored = (images: readonly StoredImage[]): ReferenceImage[] =>
  images.map((image) => {
    if (image.kind !== "bytes") return image;
    const { id, name, type, bytes } = image;
    return { id, name, kind: "file", blob: new Blob([bytes], { type }) };
  });

/** The draft of a stored record. */
export const draftFromStored = (draft: Draft | null | undefined): Draft | null =>
  draft ? { ...draft, images: fromStored(draft.images) } : null;
