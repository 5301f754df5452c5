/**
 * A task from now on: each time it changes, and now and then while it does not, until it ends or the time is up. The
 * waiting is done by its coordinator; while that cannot be reached, it is asked again.
 */
import { log } from "../../shared/log.ts";
import { coordinatorOf } from "../../shared/task/coordinator.ts";
import type { Caller } from "./caller.ts";
import { type Found, findTask, isFinal } from "./find-task.ts";

type Following = {
  tags: string[];
  /** The longest time without an answer, milliseconds. */
  tickMs: number;
  /** Unix milliseconds. */
  until: number;
};

/** How long a coordinator that failed is left alone. */
const pauseMs = 1_000;

/** Begins with the next change after `first`, which is at hand. */
export async function* followTask(
  env: ApiEnv,
  first: Found,
  { tags, tickMs, until }: Following,
): AsyncGenerator<Found, void> {
  let found = first;
  while (!isFinal(found.record) && Date.now() < until) {
    found = await nextOf(env, found, { tags, timeoutMs: Math.min(tickMs, Math.max(0, until - Date.now())) });
    yield found;
  }
}

/** The task after its next change, or as it is when the time is up. */
async function nextOf(
  env: ApiEnv,
  found: Found,
  { tags, timeoutMs }: { tags: string[]; timeoutMs: number },
): Promise<Found> {
  const { id, owner } = found.record;
  try {
    const next = await coordinatorOf(env.COORDINATOR, owner).next(id, tags, found.version ?? beforeAll, timeoutMs);
    if (next !== null) return next;
  } catch (error) {
    log("warn", "coordinator_silent", { task: id, error });
  }
  // It cannot answer, or has forgotten the task meanwhile: then the record is final.
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  const again = await findTask(env, id, { owner, mayRead: tags }).catch(() => null);
  return again !== null && (again.version !== null || isFinal(again.record)) ? again : found;
}

/** Below every version: answers at once. */
const beforeAll = -1;

/** The task when it ended, or as it stands when the time is up. */
export async function awaitEnd(env: ApiEnv, first: Found, following: { caller: Caller; seconds: number }) {
  const { caller, seconds } = following;
  let last = first;
  const until = Date.now() + seconds * 1000;
  for await (const found of followTask(env, first, { tags: caller.mayRead, tickMs: longestCallMs, until }))
    last = found;
  return last;
}

/** So long a coordinator waits for a caller that has hung up. */
const longestCallMs = 15_000;
