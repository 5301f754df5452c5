/**
 * Stores tasks with their reference files in IndexedDB. Without it, tasks are lost when the page is closed. Writes are
 * batched; the last one of a key wins.
 */
import { writeDelayMs } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";
import { draftFromStored, writeWithImages } from "./stored-images.ts";
import { isRunning, milestoneOf, newTask, type Task } from "./task.ts";

const databaseName = "dreamina";
const storeName = "works";

const unwritten = new Map<string, Task | null>();
/** The milestone of each task that is stored or about to be. */
const milestones = new Map<string, string>();
let writing: Promise<void> = Promise.resolve();
let timer: ReturnType<typeof setTimeout> | undefined;
let opened: Promise<IDBDatabase | null> | undefined;

/** The stored tasks, without unreadable records. */
export async function loadTasks(): Promise<Task[]> {
  const database = await open();
  if (database === null) return [];
  try {
    const stored: unknown[] = await result(database.transaction(storeName).objectStore(storeName).getAll());
    return stored.flatMap((record) => readTask(record) ?? []);
  } catch {
    return [];
  }
}

export async function loadTask(key: string): Promise<Task | null> {
  const database = await open();
  if (database === null) return null;
  return result(database.transaction(storeName).objectStore(storeName).get(key)).then(readTask, () => null);
}

/**
 * Writes a task soon; a running one only at its milestones, because its files are large. @param task null deletes it.
 */
export function scheduleWrite(key: string, task: Task | null): void {
  const milestone = task === null ? "" : milestoneOf(task);
  if (task !== null && isRunning(task) && milestones.get(key) === milestone) return;
  milestones.set(key, milestone);
  unwritten.set(key, task);
  timer ??= setTimeout(() => void flush(), writeDelayMs);
}

/** Writes the batch now. Resolves when it is stored or has failed. */
export function flush(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  writing = writing.then(writeGathered);
  return writing;
}

async function writeGathered(): Promise<void> {
  const batch = [...unwritten];
  unwritten.clear();
  const database = await open();
  if (database === null || batch.length === 0) return;
  for (const [key, task] of batch) {
    const put = (record: unknown) => write(database, key, record);
    const isKept = task === null ? await put(null) : await writeWithImages(task, put);
    // The next view writes it again.
    if (!isKept && task !== null) milestones.delete(key);
  }
}

/** @param record null deletes it. */
async function write(database: IDBDatabase, key: string, record: unknown): Promise<boolean> {
  try {
    const transaction = database.transaction(storeName, "readwrite");
    const store = transaction.objectStore(storeName);
    if (record === null) store.delete(key);
    else store.put(record);
    return await new Promise((resolve) => {
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    });
  } catch {
    return false;
  }
}

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(databaseName, 1);
      request.onupgradeneeded = () => void request.result.createObjectStore(storeName, { keyPath: "key" });
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => {
          opened = undefined;
        };
        // A later version of the page in another window must not wait for this one.
        database.onversionchange = () => {
          database.close();
          forget();
        };
        database.onclose = forget;
        resolve(database);
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

/** Only this page writes records. Fields that an earlier version did not have get the defaults of a new task. */
function readTask(stored: unknown): Task | null {
  if (!isRecord(stored) || typeof stored.key !== "string" || typeof stored.createdAt !== "number") return null;
  if (!isRecord(stored.frame)) return null;
  const task = stored as Partial<Task> & Pick<Task, "key" | "createdAt" | "frame">;
  // `lost` is found out again, and a cancel is repeated: its request may never have been sent.
  const cancel = task.cancel == null ? null : "wanted";
  const draft = draftFromStored(task.draft);
  return { ...newTask({ sessions: [], ...task, draft }), ...task, draft, lost: null, cancel };
}
