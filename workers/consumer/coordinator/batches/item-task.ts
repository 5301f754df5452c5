/** The task of a request that waits in its batch. Pure. */

import { newTask } from "#consumer/coordinator/new-task.ts";
import type { Parked } from "#shared/task/phases.ts";
import type { Batch, Item } from "./rows.ts";

/** @param createdAt from when its deadlines count: when it gets its slot. */
export function parkedOf(batch: Batch, { task, body }: Pick<Item, "task" | "body">, createdAt: number): Parked {
  const { owner, tags, groups, keptMs } = batch;
  const { submitId, request, inputs, contents, group } = body;
  const candidates = groups[group] ?? [];
  const expiresAt = createdAt + keptMs;
  return newTask({ id: task, owner, submitId, request, inputs, contents, tags, candidates, expiresAt }, createdAt);
}
