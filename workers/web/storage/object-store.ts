/** An object store of its own database in IndexedDB. */
export type ObjectStore = (mode: IDBTransactionMode) => IDBObjectStore;

/** Creates it on the first visit. Rejects without IndexedDB. */
export async function openStore(database: string, store: string): Promise<ObjectStore> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store);
  const opened = await answerOf(opening);
  return (mode) => opened.transaction(store, mode).objectStore(store);
}

export const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
