/**
 * Where a task is found: with the coordinator of the caller's own sessions, by its record, or with the record's owner.
 */

import type { Caller } from "#api/caller/caller.ts";
import { AppError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import { coordinatorOf, type Deleted, type Listed, type Snapshot } from "#shared/task/coordinator.ts";
import { withoutImage } from "#shared/task/deletion.ts";
import { getBatchPointer, getRecord } from "#shared/task/records.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";

/** A task as it stands. The version is null when only the record could tell. */
export type Found = Pick<Snapshot, "record" | "live"> & { version: number | null };

export const isTerminalRecord = ({ status }: Pick<TaskRecord, "status">): boolean =>
  status === "completed" || status === "failed";

/** 21 characters today; the limit leaves a margin. KV takes no key over 512 bytes. */
export const isTaskId = (id: string): boolean => /^imgtask_[\w-]{21,64}$/.test(id);

/**
 * The coordinator of the caller's own sessions first, then the record, then the coordinator the record names. While a
 * coordinator cannot answer, the record does; without one, a missing task cannot be told from an unreachable one.
 */
export async function findTask(
  env: ApiEnv,
  id: string,
  caller: Pick<Caller, "owner" | "readableTags">,
): Promise<Found | null> {
  if (!isTaskId(id)) return null;
  const own = await ask(env, caller.owner, id, caller.readableTags);
  if (own.ok && own.value !== null) return own.value;
  const elsewhere = await inBatch(env, id, caller);
  if (elsewhere !== null) return elsewhere;
  const record = await getRecord(env.TASKS, id);
  if (record === null && !own.ok) throw own.error;
  if (record === null || !record.tags.some((tag) => caller.readableTags.includes(tag))) return null;
  const other =
    isTerminalRecord(record) || record.owner === caller.owner
      ? null
      : await ask(env, record.owner, id, caller.readableTags);
  return (other?.ok ? other.value : null) ?? withoutDeleted(env, record);
}

/** The record may be a minute old: its coordinator knows what was deleted since. Null: the whole task was. */
async function withoutDeleted(env: ApiEnv, record: TaskRecord): Promise<Found | null> {
  const deleted = await askDeleted(env, record);
  return deleted.isDeleted ? null : onRecord(deleted.images.reduce(withoutImage, record));
}

/** A task of a batch that another coordinator has: the task has no record of its own, its batch names its owner. */
async function inBatch(env: ApiEnv, id: string, { owner, readableTags }: Pick<Caller, "owner" | "readableTags">) {
  const other = await ownerOfBatch(env, id);
  if (other === null || other === owner) return null;
  const found = await ask(env, other, id, readableTags);
  if (!found.ok) throw found.error;
  return found.value;
}

/** The owner of the batch that a task is of; null for a task of no batch. */
export async function ownerOfBatch(env: ApiEnv, taskId: string): Promise<string | null> {
  const batch = batchOf(taskId);
  return batch === null ? null : ((await getBatchPointer(env.TASKS, batch))?.owner ?? null);
}

/** As `findTask`. @throws AppError `not_found`. */
export async function requireTask(
  env: ApiEnv,
  id: string,
  caller: Pick<Caller, "owner" | "readableTags">,
): Promise<Found> {
  const found = await findTask(env, id, caller);
  if (found === null) throw noSuchTask();
  return found;
}

/** The same sentence for unknown ids and for tasks of other callers, so that asking reveals nothing. */
export const noSuchTask = () => new AppError("not_found", "There is no such task for this Authorization.");

async function ask(env: ApiEnv, owner: string, id: string, tags: string[]): Promise<Result<Snapshot | null, unknown>> {
  try {
    return ok(await coordinatorOf(env.COORDINATOR, owner).view(id, tags));
  } catch (error) {
    log("warn", "coordinator_silent", { task: id, error });
    return err(error);
  }
}

async function askDeleted(env: ApiEnv, { id, owner }: TaskRecord): Promise<Deleted> {
  try {
    return await coordinatorOf(env.COORDINATOR, owner).deleted(id);
  } catch (error) {
    log("warn", "coordinator_silent", { task: id, error });
    return { isDeleted: false, images: [] };
  }
}

const onRecord = (record: TaskRecord): Found => ({ record, live: null, version: null });

/** The tasks of a list. One whose record is gone as well is left out. */
export async function completeList(env: ApiEnv, listed: Listed[]): Promise<Found[]> {
  const found = await Promise.all(
    listed.map(async ({ id, snapshot, deletedImages = [] }): Promise<Found | null> => {
      if (snapshot !== null) return snapshot;
      const record = await getRecord(env.TASKS, id);
      return record && onRecord(deletedImages.reduce(withoutImage, record));
    }),
  );
  return found.filter((one) => one !== null);
}
