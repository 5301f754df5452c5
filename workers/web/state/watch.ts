/**
 * Keeps the tasks up to date while the page is open: follows every live task, reads the server's list, sends what an
 * earlier window left unsent, and exchanges changes with other windows.
 */

import { computed, effect, signal, untracked } from "@preact/signals";
import { ApiError } from "#web/api/api-error.ts";
import { followTask } from "#web/api/events.ts";
import { maxListAgeMs, maxNewTaskAgeMs } from "#web/limits.ts";
import { request } from "./client.ts";
import { noteIfSilent, noteNoAnswer, reconnects } from "./connection.ts";
import { isAbandoned, send } from "./send.ts";
import { authorization } from "./sessions.ts";
import { sleepUntilVisible } from "./sleep.ts";
import { permits } from "./stream-permits.ts";
import { phaseOf, prune, type Task, type Tasks } from "./task.ts";
import { readList } from "./task-list.ts";
import { flush, loadTask, loadTasks, scheduleWrite } from "./task-store.ts";
import { applyView, asOwner, cancel, markLost } from "./task-updates.ts";
import { change, put, running, tasks } from "./tasks.ts";

/** By the key of the task. */
const followed = new Map<string, AbortController>();

/** Whether the stored tasks have been read: before that, the page does not know whether it has tasks. */
export const isRestored = signal(false);

let isStarted = false;

/** Starts once. */
export async function watchTasks(): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  watchVisibility();
  watchOtherWindows();
  restore(await loadTasks());
  isRestored.value = true;
  effect(() => {
    for (const task of running.value) if (isToFollow(task)) untracked(() => void follow(task));
  });
  const credentials = computed(authorization);
  effect(() => {
    void [credentials.value, reconnects.value];
    untracked(resume);
  });
}

/** Adds the stored tasks to those that this visit has begun meanwhile. */
function restore(stored: readonly Task[]): void {
  const now = Date.now();
  const { kept, gone } = prune(stored, now);
  for (const { key } of gone) scheduleWrite(key, null);
  const before: Tasks = tasks.peek();
  tasks.value = new Map([...kept.map((task): [string, Task] => [task.key, task]), ...before]);
  for (const task of kept) {
    if (task.isHidden || before.has(task.key)) continue;
    const phase = phaseOf(task);
    // Marks it as seen running: it stays among the current tasks when it ends.
    if (phase === "live" || phase === "sending") put(task);
    if (phase === "sending") void send(task.key);
    if (phase === "live" && task.cancel === "wanted") void cancel(task.key).catch(() => undefined);
  }
}

/** After a change of sessions, or when the server answers again: retries lost and abandoned tasks. */
function resume(): void {
  for (const task of running.peek()) {
    if (task.lost !== null) change(task.key, (one) => ({ ...one, lost: null }));
  }
  sendAbandoned();
  // A failure is harmless: the tasks on the page are followed anyway, and the list is read again later.
  void readList(null).catch(noteIfSilent);
}

/** Under the same idempotency key: a task that the server has is not made a second time. */
function sendAbandoned(): void {
  const now = Date.now();
  for (const task of running.peek()) if (isAbandoned(task, now)) void send(task.key);
}

const isToFollow = (task: Task): boolean =>
  phaseOf(task) === "live" && task.lost === null && !followed.has(task.key) && asOwner(task).authorization !== null;

async function follow(task: Task): Promise<void> {
  const { key, taskId } = task;
  if (taskId === null) return;
  const controller = new AbortController();
  followed.set(key, controller);
  try {
    await followTask(taskId, {
      signal: controller.signal,
      onView: (view) => applyView(key, view),
      onReach: (isReached) => {
        if (!isReached) noteNoAnswer();
      },
      request: (path, init) => request(path, { ...init, ...asOwner(task) }),
      permits,
      sleep: sleepUntilVisible,
    });
  } catch (error) {
    markLost(key, error instanceof ApiError ? error.code : "internal");
  } finally {
    followed.delete(key);
  }
}

function watchVisibility(): void {
  let hiddenAt = 0;
  permits.setPaused(document.hidden);
  document.addEventListener("visibilitychange", () => {
    permits.setPaused(document.hidden);
    if (document.hidden) {
      hiddenAt = Date.now();
      void flush();
      return;
    }
    sendAbandoned();
    if (Date.now() - hiddenAt > maxListAgeMs) void readList(null).catch(noteIfSilent);
  });
  addEventListener("pagehide", () => void flush());
}

/** Windows send each other the keys of changed tasks, which are stored by then. */
function watchOtherWindows(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("dreamina.works");
  /** The state of each task that was last sent or received, so that no change is echoed. */
  const shared = new Map<string, string>();
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "string") return;
    void loadTask(data).then((task) => {
      if (task === null) return;
      shared.set(task.key, sharedStateOf(task));
      const { taskId, isHidden, refusal } = task;
      if (!tasks.peek().has(task.key)) put(task);
      else
        change(task.key, (one) =>
          sharedStateOf(one) === sharedStateOf(task) ? one : { ...one, taskId, isHidden, refusal },
        );
    });
  };
  effect(() => {
    if (!isRestored.value) return;
    for (const task of tasks.value.values()) {
      if (shared.get(task.key) === sharedStateOf(task)) continue;
      const isNew = shared.has(task.key) || isFresh(task);
      shared.set(task.key, sharedStateOf(task));
      if (isNew) void flush().then(() => channel.postMessage(task.key));
    }
  });
}

/** The part of a task that windows exchange; each fetches views itself. */
const sharedStateOf = ({ taskId, isHidden, refusal }: Task): string => `${taskId} ${isHidden} ${refusal?.code}`;

const isFresh = ({ createdAt }: Task): boolean => Date.now() - createdAt < maxNewTaskAgeMs;
