/**
 * A task from now on: each time it changes, and now and then while it does not, until it ends or the time is up. The
 * waiting is done by its coordinator; while that cannot be reached, it is asked again.
 */

import type { Caller } from "#api/caller/caller.ts";
import { firstPauseMs, lateMs, maxCallMs, maxPauseMs } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { type Found, findTask, isTerminalRecord } from "./find.ts";

type FollowOptions = {
  tags: string[];
  /** The longest time without an answer, milliseconds. */
  tickMs: number;
  /** Unix milliseconds. */
  until: number;
};

/** Begins with the next change after `first`, which is at hand. */
export async function* followTask(
  env: ApiEnv,
  first: Found,
  { tags, tickMs, until }: FollowOptions,
): AsyncGenerator<Found, void> {
  let found = first;
  let pauseMs = firstPauseMs;
  while (!isTerminalRecord(found.record) && Date.now() < until) {
    const next = await nextOf(env, found, { tags, timeoutMs: Math.min(tickMs, Math.max(0, until - Date.now())) });
    if (next === null) {
      await scheduler.wait(Math.min(pauseMs, Math.max(0, until - Date.now())));
      pauseMs = Math.min(2 * pauseMs, maxPauseMs);
    } else pauseMs = firstPauseMs;
    found = next ?? (await findAgain(env, found, tags));
    yield found;
  }
}

/** Follows several tasks: yields the latest state of all whenever one of them yields, until all have ended. */
export async function* followTasks(
  env: ApiEnv,
  first: Found[],
  following: FollowOptions,
): AsyncGenerator<Found[], void> {
  const latest = [...first];
  const walks = first.map((one) => followTask(env, one, following));
  const step = async (index: number) => ({ index, result: await walks[index]?.next() });
  const steps = new Map(walks.map((_walk, index) => [index, step(index)]));
  try {
    while (steps.size > 0) {
      const { index, result } = await Promise.race(steps.values());
      if (result === undefined || result.done) {
        steps.delete(index);
        continue;
      }
      latest[index] = result.value;
      yield [...latest];
      // Only now, so that a slow reader, or one that has gone, causes no further calls.
      steps.set(index, step(index));
    }
  } finally {
    await Promise.all(walks.map((walk) => walk.return()));
  }
}

/** The task after its next change, or as it is when the time is up; null when its coordinator does not say. */
async function nextOf(
  env: ApiEnv,
  { record, version }: Found,
  { tags, timeoutMs }: { tags: string[]; timeoutMs: number },
): Promise<Found | null> {
  try {
    const next = coordinatorOf(env.COORDINATOR, record.owner).next(record.id, tags, version ?? beforeAll, timeoutMs);
    return await withTimeout(next, timeoutMs + lateMs);
  } catch (error) {
    log("warn", "coordinator_silent", { task: record.id, error });
    return null;
  }
}

/** By its record, if that says how it ended: its coordinator may have forgotten it meanwhile. */
async function findAgain(env: ApiEnv, found: Found, readableTags: string[]): Promise<Found> {
  const { id, owner } = found.record;
  const again = await findTask(env, id, { owner, readableTags: readableTags }).catch(() => null);
  return again !== null && (again.version !== null || isTerminalRecord(again.record)) ? again : found;
}

/** Below every version: answers at once. */
const beforeAll = -1;

/** The tasks when they ended, or as they stand when the time is up. */
export async function awaitEnds(
  env: ApiEnv,
  first: Found[],
  { caller, seconds }: { caller: Caller; seconds: number },
): Promise<Found[]> {
  let last = first;
  const until = Date.now() + seconds * 1000;
  const following = { tags: caller.readableTags, tickMs: maxCallMs, until };
  for await (const found of followTasks(env, first, following)) last = found;
  return last;
}
