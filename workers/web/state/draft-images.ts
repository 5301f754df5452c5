/**
 * Stores the form's reference images, as its other fields are stored. Files need IndexedDB; without it they are lost
 * when the page is closed.
 */
import { effect } from "@preact/signals";
import { answerOf, type ObjectStore, openStore } from "#web/storage/object-store.ts";
import { noteStorageFailure } from "#web/storage/storage.ts";
import { changeDraft, draft, type ReferenceImage } from "./draft.ts";
import { asBytes, fromStored, type StoredImage } from "./stored-images.ts";

const name = "dreamina-draft";
const key = "images";

/**
 * Stores the images from now on.
 * @param restores whether the stored images are restored, unless the form has images by then.
 */
export async function storeDraftImages({ restores }: { restores: boolean }): Promise<void> {
  const store = await openStore(name, key).catch(() => null);
  if (store === null) return;
  const stored = await answerOf<StoredImage[] | undefined>(store("readonly").get(key)).catch(() => undefined);
  const before = stored && fromStored(stored);
  if (restores && before !== undefined && draft.value.images.length === 0) changeDraft({ images: before });
  // Images that came meanwhile, for example from a link, replace the stored ones.
  let known = before;
  let writing: Promise<unknown> = Promise.resolve();
  effect(() => {
    const { images } = draft.value;
    if (images === known) return;
    known = images;
    writing = writing.then(() => write(store, images));
  });
}

async function write(store: ObjectStore, images: readonly ReferenceImage[]): Promise<void> {
  const put = (stored: readonly StoredImage[]) => answerOf(store("readwrite").put(stored, key));
  // When the disk is full the form still has the images.
  await put(images)
    .catch(async () => put(await asBytes(images)))
    .catch(noteStorageFailure);
}
