/**
 * Follows one task to its end: by its event stream where that works, by polling where it does not, and from one to the
 * other at any moment. Comes back after faults, and reports each view it hears of. Decides nothing about the task.
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
  /** Whether the server could be reached just now. */
  onReach?: (isReached: boolean) => void;
  request: Client["request"];
  permits: StreamPermits;
  /** Ends early when the wait has lost its reason: at an abort, or when the page is looked at again. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Resolves when the task has ended, or the signal was aborted.
 * @throws ApiError where asking again cannot help: the task is not the caller's, or nobody knows who is asking.
 */
export async function followTask(taskId: string, follower: Follower): Promise<void> {
  const { signal, permits, sleep } = follower;
  const line: Line = { taskId, follower, lastEventId: null, silences: 0 };
  let faults = 0;
  while (!signal.aborted) {
    const permit = permits.acquire();
    let turn: Turn;
    try {
      turn = permit === null ? await poll(line) : await listen(line, permit);
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

/** One task's state between its requests. */
type Line = {
  taskId: string;
  follower: Follower;
  lastEventId: string | null;
  /** Streams in a row that brought nothing at all: something in between holds them back. */
  silences: number;
};

type Turn = { isOver: boolean; waitMs: number };

async function poll({ taskId, follower }: Line): Promise<Turn> {
  const response = await follower.request(taskPath(taskId), { signal: follower.signal });
  const view = (await response.json()) as TaskView;
  follower.onView(view);
  const seconds = secondsIn(response.headers.get("retry-after"));
  return { isOver: isTerminal(view), waitMs: seconds === null ? pollIntervalMs : seconds * 1000 };
}

async function listen(line: Line, permit: StreamPermit): Promise<Turn> {
  const { taskId, follower, lastEventId } = line;
  const { controller, unlink } = linked(follower.signal, permit.signal);
  const watchdog = createWatchdog(() => controller.abort());
  try {
    watchdog.expect(streamStartTimeoutMs);
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    const response = await follower.request(`${taskPath(taskId)}/events`, { headers, signal: controller.signal });
    // 204: there is nothing after what was heard. The poll tells the same, and how it stands.
    if (response.status === 204) return await poll(line);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (!isStream || response.body === null) {
      follower.permits.disable();
      return { isOver: false, waitMs: 0 };
    }
    return await readStream(line, response.body, watchdog);
  } catch (error) {
    if (permit.signal.aborted && !follower.signal.aborted) return { isOver: false, waitMs: 0 };
    if (watchdog.hasBarked) return silenceAfter(line);
    // No such task, or no such route: the poll knows the difference, and throws for the first.
    if (!(error instanceof ApiError && noStream.has(error.status))) throw error;
    const turn = await poll(line);
    follower.permits.disable();
    return turn;
  } finally {
    watchdog.rest();
    unlink();
    controller.abort();
  }
}

const noStream: ReadonlySet<number> = new Set([404, 405, 406, 501]);

async function readStream(line: Line, body: ReadableStream<Uint8Array>, watchdog: Watchdog): Promise<Turn> {
  const parser = createEventParser();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { isOver: false, waitMs: parser.retryMs ?? streamReopenMs };
    watchdog.expect(streamSilenceTimeoutMs);
    line.silences = 0;
    for (const event of parser.push(decoder.decode(value, { stream: true }))) {
      const view = JSON.parse(event.data) as TaskView;
      line.lastEventId = event.id;
      line.follower.onView(view);
      line.follower.onReach?.(true);
      if (isTerminal(view)) return { isOver: true, waitMs: 0 };
    }
  }
}

/** Streams that stay silent from the start twice in a row are held back on the way: polls are not. */
function silenceAfter(line: Line): Turn {
  line.silences += 1;
  if (line.silences > 1) line.follower.permits.disable();
  return { isOver: false, waitMs: 0 };
}

type Watchdog = { expect(withinMs: number): void; rest(): void; readonly hasBarked: boolean };

function createWatchdog(bark: () => void): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasBarked = false;
  return {
    expect(withinMs) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hasBarked = true;
        bark();
      }, withinMs);
    },
    rest: () => clearTimeout(timer),
    get hasBarked() {
      return hasBarked;
    },
  };
}

/** AbortSignal.any, for browsers before 2024. */
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

/** A refusal is an answer: too many requests, say. */
const isUnreached = (error: unknown): boolean => error instanceof ApiError && error.code === "offline";

function faultWaitMs(error: unknown, faults: number): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  return asked === null ? Math.min(maxFaultWaitMs, 1000 * 2 ** faults) : asked * 1000;
}
