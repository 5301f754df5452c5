/**
 * Deletes tasks and images of a caller: asks the coordinator of the caller's own sessions first, then the one that has
 * the task's batch, or that its record names.
 */
import type { Caller } from "#api/caller/caller.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import { coordinatorOf, type Removal, type RemovalAnswer } from "#shared/task/coordinator.ts";
import { hasImage } from "#shared/task/deletion.ts";
import { getRecord } from "#shared/task/records.ts";
import { isTaskId, ownerOfBatch } from "./find.ts";

type Reader = Pick<Caller, "owner" | "readableTags">;

/** @returns an answer for each id, in order. */
export async function removeTasks(env: ApiEnv, ids: string[], caller: Reader): Promise<RemovalAnswer[]> {
  return remove(
    env,
    ids.map((id) => ({ id, image: null })),
    caller,
  );
}

export async function removeImage(env: ApiEnv, id: string, image: number, caller: Reader): Promise<RemovalAnswer> {
  const [answer = "unknown"] = await remove(env, [{ id, image }], caller);
  return answer;
}

type Wanted = Pick<Removal, "id" | "image">;

async function remove(env: ApiEnv, wanted: Wanted[], { owner, readableTags }: Reader): Promise<RemovalAnswer[]> {
  const answers = new Map<string, RemovalAnswer>();
  const ask = async (name: string, removals: Removal[]) => {
    const told = await coordinatorOf(env.COORDINATOR, name).remove(removals, readableTags);
    for (const [place, { id }] of removals.entries()) answers.set(id, told[place] ?? "unknown");
  };
  const own = wanted.filter(({ id }) => isTaskId(id)).map((one) => ({ ...one, isRecorded: false }));
  if (own.length > 0) await ask(owner, own);

  const unknown = own.filter(({ id }) => answers.get(id) === "unknown");
  const elsewhere = await Promise.all(unknown.map((one) => whereElse(env, one, { owner, readableTags })));
  const byOwner = Map.groupBy(
    elsewhere.filter((one) => one !== null),
    (one) => one.owner,
  );
  await Promise.all(
    [...byOwner].map(([name, found]) =>
      ask(
        name,
        found.map(({ removal }) => removal),
      ),
    ),
  );
  return wanted.map(({ id }) => answers.get(id) ?? "unknown");
}

/** The coordinator that has a task which the caller may read; null: there is no such task, or no such image. */
async function whereElse(
  env: ApiEnv,
  { id, image }: Wanted,
  { owner, readableTags }: Reader,
): Promise<{ owner: string; removal: Removal } | null> {
  if (batchOf(id) !== null) {
    const other = await ownerOfBatch(env, id);
    return other === null || other === owner ? null : { owner: other, removal: { id, image, isRecorded: false } };
  }
  const record = await getRecord(env.TASKS, id);
  if (record === null || !record.tags.some((tag) => readableTags.includes(tag))) return null;
  if (image !== null && !hasImage(record, image)) return null;
  return { owner: record.owner, removal: { id, image, isRecorded: true } };
}
