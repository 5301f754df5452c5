/** Deletes tasks and single images on the server, for good, and then on the page. */
import type { TaskView } from "#shared/wire/task.ts";
import { ApiError } from "#web/api/api-error.ts";
import { taskPath } from "#web/api/events.ts";
import { maxDeletedAtOnce } from "#web/limits.ts";
import { forgetPrompt } from "./batches.ts";
import { call } from "./client.ts";
import { imagesOf, type TaskImage } from "./images.ts";
import type { Task } from "./task.ts";
import { applyView, asOwner } from "./task-updates.ts";
import { forget } from "./tasks.ts";

/** What to delete of a task: these images, or with null the whole task. */
export type Doomed = { task: Task; images: readonly TaskImage[] | null };

/** Ids of the tasks that this window deleted. */
export const deletedTasks = new Set<string>();

/** A task whose images are all to be deleted is deleted itself. */
export function wholeIfAll({ task, images }: Doomed): Doomed {
  return { task, images: images !== null && images.length >= imagesOf(task).length ? null : images };
}

/** @returns how many of them could not be deleted, and why the first of these could not. */
export async function deleteForGood(doomed: readonly Doomed[]): Promise<{ failed: number; error: ApiError | null }> {
  const all = doomed.map(wholeIfAll);
  const tasks = all.filter(({ images }) => images === null).map(({ task }) => task);
  const outcomes = await Promise.all([
    ...chunksByOwner(tasks).map(deleteTasks),
    ...all.filter(({ images }) => images !== null).map(deleteImages),
  ]);
  const failures = outcomes.flat();
  return { failed: failures.length, error: failures[0] ?? null };
}

/** Each call has one Authorization, and a limited number of tasks. */
function chunksByOwner(tasks: readonly Task[]): Task[][] {
  const groups = [...Map.groupBy(tasks, (task) => asOwner(task).authorization).values()];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / maxDeletedAtOnce) }, (_, chunk) =>
      group.slice(chunk * maxDeletedAtOnce, (chunk + 1) * maxDeletedAtOnce),
    ),
  );
}

type Deleted = { data: { id: string; deleted: boolean; error?: { code: string; message: string } }[] };

async function deleteTasks(tasks: readonly Task[]): Promise<ApiError[]> {
  const [first] = tasks;
  if (first === undefined) return [];
  try {
    const ids = tasks.flatMap(({ taskId }) => taskId ?? []);
    const init = { method: "POST", json: { ids }, ...asOwner(first) };
    const { data } = await call<Deleted>("/v1/images/tasks/delete", init);
    return data.flatMap(({ id, deleted, error }) => {
      // One that another window deleted is unknown to the server.
      if (!deleted && error?.code !== "not_found") return [refusalOf(error)];
      const task = tasks.find(({ taskId }) => taskId === id);
      deletedTasks.add(id);
      if (task !== undefined) forget(task.key);
      if (task?.batch) forgetPrompt(task.batch);
      return [];
    });
  } catch (error) {
    return tasks.map(() => asApiError(error));
  }
}

/** One after the other: they change the same record. */
async function deleteImages({ task, images }: Doomed): Promise<ApiError[]> {
  const failures: ApiError[] = [];
  const owner = asOwner(task);
  for (const { place } of images ?? []) {
    try {
      await call(`/images/${task.taskId}/${place}`, { method: "DELETE", ...owner });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) failures.push(asApiError(error));
    }
  }
  await call<TaskView>(taskPath(task.taskId ?? ""), owner).then(
    (view) => applyView(task.key, view),
    () => undefined,
  );
  return failures;
}

const refusalOf = (error: { code: string; message: string } | undefined): ApiError =>
  new ApiError({ status: 409, code: error?.code ?? "internal", message: error?.message ?? "" });

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError({ status: 0, code: "internal", message: String(error) });
