/**
 * Stores the form's reference images, as its other fields are stored. Files need IndexedDB; without it they are lost
 * when the page is closed.
 */
import { effect } from "@preact/signals";
import { noteStorageFailure } from "#web/storage/storage.ts";
import { changeDraft, draft, type ReferenceImage } from "./draft.ts";

const name = "dreamina-draft";
const key = "images";

/**
 * Stores the images from now on.
 * @param restores whether the stored images are restored, unless the form has images by then.
 */
export async function storeDraftImages({ restores }: { restores: boolean }): Promise<void> {
  const store = await openStore().catch(() => null);
  if (store === null) return;
  const before = await answer<ReferenceImage[] | undefined>(store("readonly").get(key)).catch(() => undefined);
  if (restores && before !== undefined && draft.value.images.length === 0) changeDraft({ images: before });
  // Images that came meanwhile, for example from a link, replace the stored ones.
  let known = before;
  effect(() => {
    const { images } = draft.value;
    if (images === known) return;
    known = images;
    // When the disk is full the form still has the images.
    answer(store("readwrite").put(images, key)).catch(noteStorageFailure);
  });
}

type Store = (mode: IDBTransactionMode) => IDBObjectStore;

async function openStore(): Promise<Store> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(key);
  const database = await answer(opening);
  return (mode) => database.transaction(key, mode).objectStore(key);
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
