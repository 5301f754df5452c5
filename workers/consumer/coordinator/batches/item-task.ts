/** The task of a request that waits in its batch. Pure. */

import { newTask } from "#consumer/coordinator/new-task.ts";
import { unwatchedFactor } from "#consumer/limits.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import { step } from "#shared/task/machine/step.ts";
import type { Parked, Task } from "#shared/task/phases.ts";
import type { Batch, Item } from "./rows.ts";

/** @param createdAt from when its deadlines count: when it gets its slot. */
export function parkedOf(batch: Batch, { task, body }: Pick<Item, "task" | "body">, createdAt: number): Parked {
  const { owner, tags, groups, keptMs, requestKeys: keys } = batch;
  const { submitId, request, inputs, contents, group, sealedRequest: text } = body;
  const facts = { owner, submitId, request, inputs, contents, tags, candidates: groups[group] ?? [] };
  const sealedRequest = text === null ? null : { keys, text };
  return newTask({ id: task, ...facts, sealedRequest, expiresAt: createdAt + keptMs }, createdAt);
}

/** As it is shown: waiting, or cancelled with its batch. */
export function unstartedOf(batch: Batch, item: Item, policy: Policy): Task {
  const { createdAt, state } = batch;
  const parked = parkedOf(batch, item, createdAt);
  if (item.ended === null) return parked;
  const now = state.cancellingAt ?? createdAt;
  const moment = { now, paceFactor: unwatchedFactor, firstLookSeconds: null, maxCalls: 0 };
  return step(parked, { kind: "cancelled" }, moment, policy)?.task ?? parked;
}
