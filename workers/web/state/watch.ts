/**
 * Keeps the works up to date for as long as the page is open: follows every task that has not ended, reads the server's
 * list, goes on with what was being sent, and hears of what other windows of the page do.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import { ApiError, request } from "#web/api/client.ts";
import { followTask } from "#web/api/events.ts";
import { createStreamLane, streamLimit } from "#web/api/stream-lane.ts";
import { comebacks, noteSilence } from "./connection.ts";
import { readList } from "./reading.ts";
import { authorization } from "./sessions.ts";
import { phaseOf, prune, type Work, type Works } from "./task.ts";
import { flush, keep, loadWork, loadWorks } from "./task-store.ts";
import { asOwner, cancel, change, hear, isForsaken, markLost, put, running, send, works } from "./tasks.ts";

const lane = createStreamLane(() => streamLimit(protocolOfPage()));
/** By the work's key. */
const followed = new Map<string, AbortController>();

/** Whether what the browser remembers has been read: before that, nothing can be said to be empty. */
export const isRemembered = signal(false);

let isStarted = false;

/** Once, when the page is drawn. */
export async function watchWorks(): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  watchVisibility();
  watchOtherWindows();
  remember(await loadWorks());
  isRemembered.value = true;
  effect(() => {
    for (const work of running.value) if (isToFollow(work)) untracked(() => void follow(work));
  });
  const credentials = computed(authorization);
  effect(() => {
    void [credentials.value, comebacks.value];
    untracked(goOn);
  });
}

/** Works of an earlier visit, beneath those that this visit has begun meanwhile. */
function remember(stored: readonly Work[]): void {
  const now = Date.now();
  const { kept, gone } = prune(stored, now);
  for (const { key } of gone) keep(key, null);
  const before: Works = works.peek();
  works.value = new Map([...kept.map((work): [string, Work] => [work.key, work]), ...before]);
  for (const work of kept) {
    if (work.isHidden || before.has(work.key)) continue;
    const phase = phaseOf(work);
    // Marks it as seen running, so that it stays in sight when it is done.
    if (phase === "live" || phase === "sending") put(work);
    if (phase === "sending") void send(work.key);
    if (phase === "live" && work.cancel === "wanted") void cancel(work.key).catch(() => undefined);
  }
}

/** Other sessions are on, or the server is back: what was given up is tried again. */
function goOn(): void {
  for (const work of running.peek()) {
    if (work.lost !== null) change(work.key, (one) => ({ ...one, lost: null }));
  }
  sendForsaken();
  // Without it the tasks on the page are followed in any case; it is read again at the next occasion.
  void readList(null).catch(noteIfSilent);
}

/** The key is the same: what the server has after all is not made a second time. */
function sendForsaken(): void {
  const now = Date.now();
  for (const work of running.peek()) if (isForsaken(work, now)) void send(work.key);
}

const isToFollow = (work: Work): boolean =>
  phaseOf(work) === "live" && work.lost === null && !followed.has(work.key) && asOwner(work).authorization !== null;

async function follow(work: Work): Promise<void> {
  const { key, taskId } = work;
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
      request: (path, init) => request(path, { ...init, ...asOwner(work) }),
      lane,
      sleep: patience,
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

/** Nobody looks: asking four times a minute is enough to be ready when somebody does. */
const hiddenWaitMs = 15_000;

/** Waits; less long when the page is looked at again, or the network is back. */
function patience(ms: number, signal: AbortSignal): Promise<void> {
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
    const timer = setTimeout(end, document.hidden ? Math.max(ms, hiddenWaitMs) : ms);
    signal.addEventListener("abort", end);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", whenSeen);
  });
}

/** A list older than this is read again when the page is looked at. */
const listAgeMs = 60_000;

function watchVisibility(): void {
  let hiddenAt = 0;
  lane.setShut(document.hidden);
  document.addEventListener("visibilitychange", () => {
    lane.setShut(document.hidden);
    if (document.hidden) {
      hiddenAt = Date.now();
      void flush();
      return;
    }
    sendForsaken();
    if (Date.now() - hiddenAt > listAgeMs) void readList(null).catch(noteIfSilent);
  });
  addEventListener("pagehide", () => void flush());
}

/** What another window submits, hides or hears of is in the store by the time it says so. */
function watchOtherWindows(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("dreamina.works");
  /** What this window last told or was told of each work, so that nothing goes back and forth. */
  const told = new Map<string, string>();
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "string") return;
    void loadWork(data).then((work) => {
      if (work === null) return;
      told.set(work.key, gistOf(work));
      const { taskId, isHidden, refusal } = work;
      if (!works.peek().has(work.key)) put(work);
      else change(work.key, (one) => (gistOf(one) === gistOf(work) ? one : { ...one, taskId, isHidden, refusal }));
    });
  };
  effect(() => {
    if (!isRemembered.value) return;
    for (const work of works.value.values()) {
      if (told.get(work.key) === gistOf(work)) continue;
      const isNew = told.has(work.key) || isFresh(work);
      told.set(work.key, gistOf(work));
      if (isNew) void flush().then(() => channel.postMessage(work.key));
    }
  });
}

/** What windows tell each other; views they hear by themselves. */
const gistOf = ({ taskId, isHidden, refusal }: Work): string => `${taskId} ${isHidden} ${refusal?.code}`;

const freshMs = 60_000;
const isFresh = ({ createdAt }: Work): boolean => Date.now() - createdAt < freshMs;

/** How the page came here: what it asks of the same server goes the same way. */
function protocolOfPage(): string {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming ? entry.nextHopProtocol : "";
}
