/**
 * Where the browser keeps works, pictures for reference included: IndexedDB, which takes Blobs as they are. Where there
 * is none, everything is forgotten with the page. Writes are gathered; the last one of a key wins.
 */
import { isRecord } from "./storage.ts";
import { newWork, type Work } from "./work.ts";

const databaseName = "dreamina";
const storeName = "works";

/** Pause before what has gathered is written: a running task changes every few seconds, its views come in bursts. */
const gatherMs = 250;

const waiting = new Map<string, Work | null>();
let timer: ReturnType<typeof setTimeout> | undefined;
let opened: Promise<IDBDatabase | null> | undefined;

/** What was kept, unreadable records left out. */
export async function loadWorks(): Promise<Work[]> {
  const database = await open();
  if (database === null) return [];
  try {
    const stored: unknown[] = await result(database.transaction(storeName).objectStore(storeName).getAll());
    return stored.flatMap((record) => readWork(record) ?? []);
  } catch {
    return [];
  }
}

export async function loadWork(key: string): Promise<Work | null> {
  const database = await open();
  if (database === null) return null;
  return result(database.transaction(storeName).objectStore(storeName).get(key)).then(readWork, () => null);
}

/** @param work null forgets it. */
export function keep(key: string, work: Work | null): void {
  waiting.set(key, work);
  timer ??= setTimeout(() => void flush(), gatherMs);
}

/** Writes what has gathered; resolves when it is on the disk, or cannot be. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const batch = [...waiting];
  waiting.clear();
  const database = await open();
  if (database === null || batch.length === 0) return;
  for (const [key, work] of batch) {
    const isKept = await write(database, key, work);
    // Full, or a browser that keeps no Blobs: the work without its files is better than none.
    if (!isKept && work?.draft != null) await write(database, key, withoutFiles(work, work.draft));
  }
}

async function write(database: IDBDatabase, key: string, work: Work | null): Promise<boolean> {
  try {
    const transaction = database.transaction(storeName, "readwrite");
    const store = transaction.objectStore(storeName);
    if (work === null) store.delete(key);
    else store.put(work);
    return await new Promise((resolve) => {
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    });
  } catch {
    return false;
  }
}

const withoutFiles = (work: Work, draft: NonNullable<Work["draft"]>): Work => ({
  ...work,
  draft: { ...draft, images: draft.images.filter((image) => image.kind === "link") },
});

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(databaseName, 1);
      request.onupgradeneeded = () => void request.result.createObjectStore(storeName, { keyPath: "key" });
      request.onsuccess = () => {
        // A later version of the page, in another window, must not wait for this one.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

const result = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Written by this page alone; fields that an earlier version did not have get what a new work has. */
function readWork(stored: unknown): Work | null {
  if (!isRecord(stored) || typeof stored.key !== "string" || typeof stored.createdAt !== "number") return null;
  if (!isRecord(stored.frame)) return null;
  const work = stored as Partial<Work> & Pick<Work, "key" | "createdAt" | "frame">;
  // Whether the server shows it is asked anew.
  return { ...newWork({ draft: null, sessions: [], ...work }), ...work, lost: null };
}
