/**
 * Stores the form's reference images, as its other fields are stored. Files need IndexedDB; without it they are lost
 * when the page is closed.
 */
import { effect } from "@preact/signals";
import { answerOf, openStore } from "#web/storage/object-store.ts";
import { noteStorageFailure } from "#web/storage/storage.ts";
import { changeDraft, draft, type ReferenceImage } from "./draft.ts";

const name = "dreamina-draft";
const key = "images";

/**
 * Stores the images from now on.
 * @param restores whether the stored images are restored, unless the form has images by then.
 */
export async function storeDraftImages({ restores }: { restores: boolean }): Promise<void> {
  const store = await openStore(name, key).catch(() => null);
  if (store === null) return;
  const before = await answerOf<ReferenceImage[] | undefined>(store("readonly").get(key)).catch(() => undefined);
  if (restores && before !== undefined && draft.value.images.length === 0) changeDraft({ images: before });
  // Images that came meanwhile, for example from a link, replace the stored ones.
  let known = before;
  effect(() => {
    const { images } = draft.value;
    if (images === known) return;
    known = images;
    // When the disk is full the form still has the images.
    answerOf(store("readwrite").put(images, key)).catch(noteStorageFailure);
  });
}
