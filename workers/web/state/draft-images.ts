/**
 * The form's reference images, so that they outlive the page as its other fields do. Files need IndexedDB; where the
 * browser has none to give, they are chosen again.
 */
import { effect } from "@preact/signals";
import { noteStorageFailure } from "#web/storage/storage.ts";
import { changeDraft, draft, type ReferenceImage } from "./draft.ts";

const name = "dreamina-draft";
const key = "images";

/**
 * Keeps the images from now on.
 * @param restores whether those of before are put back, unless something has come in the meantime.
 */
export async function keepDraftImages({ restores }: { restores: boolean }): Promise<void> {
  const store = await openStore().catch(() => null);
  if (store === null) return;
  const before = await answer<ReferenceImage[] | undefined>(store("readonly").get(key)).catch(() => undefined);
  if (restores && before !== undefined && draft.value.images.length === 0) changeDraft({ images: before });
  // What came meanwhile, like the images of a link, takes the place of what was kept.
  let known = before;
  effect(() => {
    const { images } = draft.value;
    if (images === known) return;
    known = images;
    // A full disk forgets the images; the form has them still.
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
