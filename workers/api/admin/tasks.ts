/** Tasks under way of all callers, as the administrator sees them. */
import type { Context } from "hono";
import type * as z from "zod";
import { findKey } from "#api/caller/known-keys.ts";
import type { AppEnv } from "#api/http/app.ts";
import { coordinatorsAskedAtOnce, coordinatorTimeoutMs } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf, type TaskUnderWay } from "#shared/task/coordinator.ts";
import { keyIn } from "#shared/task/key-id.ts";
import { type LiveOwner, registryOf } from "#shared/task/registry.ts";
import type { adminTaskSchema } from "#shared/wire/administration.ts";
import { withTimeout } from "#shared/with-timeout.ts";

type AdminContext = Context<AppEnv>;
type Shown = z.infer<typeof adminTaskSchema>;

/**
 * The oldest tasks. The pool is always asked: its owner is known, and the registry hears of its tasks late. The other
 * owners are asked in the order of their oldest tasks, until no later one can have an older task.
 */
export async function tasksUnderWay(c: AdminContext, limit: number): Promise<{ tasks: Shown[]; hasMore: boolean }> {
  const live = await registryOf(c.env.REGISTRY).liveOwners();
  const { owner: ofPool } = (await findKey(c.env.REGISTRY, null)).pool;
  const owners = [{ owner: ofPool, firstTaskAt: 0 }, ...live.filter(({ owner }) => owner !== ofPool)];
  let found: TaskUnderWay[] = [];
  let asked = 0;
  while (asked < owners.length && !isFull(found, limit, owners[asked])) {
    const some = owners.slice(asked, asked + coordinatorsAskedAtOnce);
    asked += some.length;
    const more = await Promise.all(some.map(({ owner }) => ask(c, owner, limit + 1)));
    found = [...found, ...more.flat()].sort((one, other) => one.createdAt - other.createdAt);
  }
  return {
    tasks: await shown(c, found.slice(0, limit), ofPool),
    hasMore: found.length > limit || asked < owners.length,
  };
}

const isFull = (found: TaskUnderWay[], limit: number, next: LiveOwner | undefined): boolean => {
  const last = found[limit - 1];
  return last !== undefined && next !== undefined && last.createdAt <= next.firstTaskAt;
};

/** One that does not answer, or not in time, has no tasks in the list. */
async function ask(c: AdminContext, owner: string, limit: number): Promise<TaskUnderWay[]> {
  const withPrompts = c.var.config.ADMIN_SEES_PROMPTS;
  try {
    const answer = coordinatorOf(c.env.COORDINATOR, owner).underWay({ limit, withPrompts });
    return await withTimeout(answer, coordinatorTimeoutMs);
  } catch (error) {
    log("warn", "coordinator_silent", { owner, error });
    return [];
  }
}

async function shown(c: AdminContext, tasks: TaskUnderWay[], ofPool: string): Promise<Shown[]> {
  const keys = [...new Set(tasks.map(({ tags }) => keyIn(tags)).filter((key) => key !== null))];
  const names = keys.length === 0 ? {} : await registryOf(c.env.REGISTRY).keyNames(keys);
  return tasks.map((task) => ({
    id: task.id,
    object: "image.generation.task",
    status: task.status,
    progress: task.progress,
    model: task.model,
    images: task.images,
    caller: callerOf(task, names, ofPool),
    credential: task.credential,
    created_at: Math.floor(task.createdAt / 1000),
    waiting_for: task.waitingFor,
    prompt: task.prompt,
  }));
}

function callerOf({ owner, tags }: TaskUnderWay, names: Record<string, string>, ofPool: string): Shown["caller"] {
  const key = keyIn(tags);
  // A key need not have a name.
  if (key !== null) return { kind: "key", name: names[key] || key };
  if (owner === ofPool) return { kind: "api_key", name: shortHash(tags.toSorted()[0] ?? owner) };
  return { kind: "credentials", name: shortHash(owner) };
}

/** Enough to tell callers apart. */
export const shortHash = (hash: string): string => hash.slice(0, "a1b2c3d4".length);
