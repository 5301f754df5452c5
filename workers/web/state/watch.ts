/**
 * Keeps the tasks up to date for as long as the page is open: follows every task that has not ended, reads the server's
 * list, goes on with what was being sent, and hears of what other windows of the page do.
 */

import { computed, effect, signal, untracked } from "@preact/signals";
import { ApiError } from "#web/api/api-error.ts";
import { followTask } from "#web/api/events.ts";
import { streamLimit } from "#web/api/stream-limit.ts";
import { createStreamPermits } from "#web/api/stream-permits.ts";
import { hiddenPollIntervalMs, maxListAgeMs, maxNewTaskAgeMs } from "#web/limits.ts";
import { request } from "./client.ts";
import { comebacks, noteSilence } from "./connection.ts";
import { isAbandoned, send } from "./send.ts";
import { authorization } from "./sessions.ts";
import { phaseOf, prune, type Task, type Tasks } from "./task.ts";
import { readList } from "./task-list.ts";
import { flush, keep, loadTask, loadTasks } from "./task-store.ts";
import { asOwner, cancel, hear, markLost } from "./task-updates.ts";
import { change, put, running, tasks } from "./tasks.ts";

const permits = createStreamPermits(() => streamLimit(protocolOfPage()));
/** By the task's key. */
const followed = new Map<string, AbortController>();

/** Whether what the browser remembers has been read: before that, nothing can be said to be empty. */
export const isRestored = signal(false);

let isStarted = false;

/** Once, when the page is drawn. */
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
    void [credentials.value, comebacks.value];
    untracked(resume);
  });
}

/** Tasks of an earlier visit, beneath those that this visit has begun meanwhile. */
function restore(stored: readonly Task[]): void {
  const now = Date.now();
  const { kept, gone } = prune(stored, now);
  for (const { key } of gone) keep(key, null);
  const before: Tasks = tasks.peek();
  tasks.value = new Map([...kept.map((task): [string, Task] => [task.key, task]), ...before]);
  for (const task of kept) {
    if (task.isHidden || before.has(task.key)) continue;
    const phase = phaseOf(task);
    // Marks it as seen running, so that it stays in sight when it is done.
    if (phase === "live" || phase === "sending") put(task);
    if (phase === "sending") void send(task.key);
    if (phase === "live" && task.cancel === "wanted") void cancel(task.key).catch(() => undefined);
  }
}

/** Other sessions are on, or the server is back: what was given up is tried again. */
function resume(): void {
  for (const task of running.peek()) {
    if (task.lost !== null) change(task.key, (one) => ({ ...one, lost: null }));
  }
  sendAbandoned();
  // Without it the tasks on the page are followed in any case; it is read again at the next occasion.
  void readList(null).catch(noteIfSilent);
}

/** The key is the same: what the server has after all is not made a second time. */
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
      onView: (view) => hear(key, view),
      onReach: (isReached) => {
        if (!isReached) noteSilence();
      },
      request: (path, init) => request(path, { ...init, ...asOwner(task) }),
      permits: permits,
      sleep: sleepUntilVisible,
    });
  } catch (error) {
    markLost(key, error instanceof ApiError ? error.code : "internal");
  } finally {
    followed.delete(key);
  }
}

function noteIfSilent(error: unknown): void {
  if (error instanceof ApiError && error.code === "offline") noteSilence();
}

/** Waits; less long when the page is looked at again, or the network is back. */
function sleepUntilVisible(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", whenSeen);
      resolve();
    };
    const whenSeen = () => {
      if (!document.hidden) end();
    };
    const timer = setTimeout(end, document.hidden ? Math.max(ms, hiddenPollIntervalMs) : ms);
    signal.addEventListener("abort", end);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", whenSeen);
  });
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

/** What another window submits, hides or hears of is in the store by the time it says so. */
function watchOtherWindows(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("dreamina.works");
  /** What this window last told or was told of each task, so that nothing goes back and forth. */
  const told = new Map<string, string>();
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "string") return;
    void loadTask(data).then((task) => {
      if (task === null) return;
      told.set(task.key, sharedStateOf(task));
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
      if (told.get(task.key) === sharedStateOf(task)) continue;
      const isNew = told.has(task.key) || isFresh(task);
      told.set(task.key, sharedStateOf(task));
      if (isNew) void flush().then(() => channel.postMessage(task.key));
    }
  });
}

/** What windows tell each other; views they hear by themselves. */
const sharedStateOf = ({ taskId, isHidden, refusal }: Task): string => `${taskId} ${isHidden} ${refusal?.code}`;

const isFresh = ({ createdAt }: Task): boolean => Date.now() - createdAt < maxNewTaskAgeMs;

/** How the page came here: what it asks of the same server goes the same way. */
function protocolOfPage(): string {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming ? entry.nextHopProtocol : "";
}
