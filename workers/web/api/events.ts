/**
 * Follows one task to its end: by its event stream where possible, otherwise by polling. It may switch between them at
 * any moment, retries after faults, and reports each view. It decides nothing about the task.
 */

import type { TaskView } from "#shared/wire/task.ts";
import {
  maxFaultWaitMs,
  pollIntervalMs,
  streamReopenMs,
  streamSilenceTimeoutMs,
  streamStartTimeoutMs,
} from "#web/limits.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { createEventParser } from "./event-parser.ts";
import { secondsIn } from "./retry-after.ts";
import type { StreamPermit, StreamPermits } from "./stream-permits.ts";

export type Follower = {
  signal: AbortSignal;
  onView: (view: TaskView) => void;
  /** Whether the last request reached the server. */
  onReach?: (isReached: boolean) => void;
  request: Client["request"];
  permits: StreamPermits;
  /** May resolve early: at an abort, or when the page becomes visible. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Resolves when the task has ended or the signal is aborted.
 * @throws ApiError for 401, 403 and 404, which a retry cannot change.
 */
export async function followTask(taskId: string, follower: Follower): Promise<void> {
  const { signal, permits, sleep } = follower;
  const state: FollowState = { taskId, follower, lastEventId: null, silentStreams: 0 };
  let faults = 0;
  while (!signal.aborted) {
    const permit = permits.acquire();
    let turn: Turn;
    try {
      turn = permit === null ? await poll(state) : await listen(state, permit);
      faults = 0;
      follower.onReach?.(true);
    } catch (error) {
      if (signal.aborted) return;
      if (isPermanent(error)) throw error;
      if (isUnreached(error)) follower.onReach?.(false);
      turn = { isOver: false, waitMs: faultWaitMs(error, faults) };
      faults += 1;
    } finally {
      permit?.release();
    }
    if (turn.isOver) return;
    await sleep(turn.waitMs, signal);
  }
}

/** State of one followed task between its requests. */
type FollowState = {
  taskId: string;
  follower: Follower;
  lastEventId: string | null;
  /** Consecutive streams without a byte: a proxy may buffer them. */
  silentStreams: number;
};

type Turn = { isOver: boolean; waitMs: number };

async function poll({ taskId, follower }: FollowState): Promise<Turn> {
  const response = await follower.request(taskPath(taskId), { signal: follower.signal });
  const view = (await response.json()) as TaskView;
  follower.onView(view);
  const seconds = secondsIn(response.headers.get("retry-after"));
  return { isOver: isTerminal(view), waitMs: seconds === null ? pollIntervalMs : seconds * 1000 };
}

async function listen(state: FollowState, permit: StreamPermit): Promise<Turn> {
  const { taskId, follower, lastEventId } = state;
  const { controller, unlink } = linked(follower.signal, permit.signal);
  const watchdog = createWatchdog(() => controller.abort());
  try {
    watchdog.restart(streamStartTimeoutMs);
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    const response = await follower.request(`${taskPath(taskId)}/events`, { headers, signal: controller.signal });
    // 204: no events after lastEventId. A poll returns the current view.
    if (response.status === 204) return await poll(state);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (!isStream || response.body === null) {
      follower.permits.disable();
      return { isOver: false, waitMs: 0 };
    }
    return await readStream(state, response.body, watchdog);
  } catch (error) {
    if (permit.signal.aborted && !follower.signal.aborted) return { isOver: false, waitMs: 0 };
    if (watchdog.isExpired) return afterSilence(state);
    // The task or the route is missing: a poll throws only for a missing task.
    if (!(error instanceof ApiError && noStream.has(error.status))) throw error;
    const turn = await poll(state);
    follower.permits.disable();
    return turn;
  } finally {
    watchdog.stop();
    unlink();
    controller.abort();
  }
}

const noStream: ReadonlySet<number> = new Set([404, 405, 406, 501]);

async function readStream(state: FollowState, body: ReadableStream<Uint8Array>, watchdog: Watchdog): Promise<Turn> {
  const parser = createEventParser();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { isOver: false, waitMs: parser.retryMs ?? streamReopenMs };
    watchdog.restart(streamSilenceTimeoutMs);
    state.silentStreams = 0;
    for (const event of parser.push(decoder.decode(value, { stream: true }))) {
      const view = JSON.parse(event.data) as TaskView;
      state.lastEventId = event.id;
      state.follower.onView(view);
      state.follower.onReach?.(true);
      if (isTerminal(view)) return { isOver: true, waitMs: 0 };
    }
  }
}

/** After two silent streams in a row the page only polls. */
function afterSilence(state: FollowState): Turn {
  state.silentStreams += 1;
  if (state.silentStreams > 1) state.follower.permits.disable();
  return { isOver: false, waitMs: 0 };
}

type Watchdog = { restart(timeoutMs: number): void; stop(): void; readonly isExpired: boolean };

function createWatchdog(onTimeout: () => void): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isExpired = false;
  return {
    restart(timeoutMs) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isExpired = true;
        onTimeout();
      }, timeoutMs);
    },
    stop: () => clearTimeout(timer),
    get isExpired() {
      return isExpired;
    },
  };
}

/** `AbortSignal.any` for browsers from before 2024. */
function linked(...signals: AbortSignal[]): { controller: AbortController; unlink: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
  }
  const unlink = () => {
    for (const signal of signals) signal.removeEventListener("abort", abort);
  };
  return { controller, unlink };
}

export const taskPath = (taskId: string): string => `/v1/images/tasks/${encodeURIComponent(taskId)}`;

export const isTerminal = (view: Pick<TaskView, "status">): boolean =>
  view.status === "completed" || view.status === "failed";

const isPermanent = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403 || error.status === 404);

/** No answer at all; a refusal such as 429 is an answer. */
const isUnreached = (error: unknown): boolean => error instanceof ApiError && error.code === "offline";

function faultWaitMs(error: unknown, faults: number): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  return asked === null ? Math.min(maxFaultWaitMs, 1000 * 2 ** faults) : asked * 1000;
}
