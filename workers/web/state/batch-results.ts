/** Reads the tasks of a batch into the tasks of this page: its images, and its failures. */
import { batch as together } from "@preact/signals";
import { maxBatchListed } from "#shared/wire/limits.ts";
import type { TaskView } from "#shared/wire/task.ts";
import type { Batch, FailedRequest } from "./batch.ts";
import { endedUpTo, isReadingDue, nothingRead, type Reading } from "./batch-reading.ts";
import { batches, changeBatch } from "./batches.ts";
import { call } from "./client.ts";
import { deletedTasks } from "./deletion.ts";
import { frameOf, imagesOf } from "./images.ts";
import { models } from "./models.ts";
import { newTask, type Task, withView } from "./task.ts";
import { asOwner } from "./task-updates.ts";
import { put, tasks } from "./tasks.ts";

type BatchTask = TaskView & { custom_id: string; line: number };
type BatchTasks = { data: BatchTask[]; has_more: boolean; last_id: string | null };

/** By the key of the batch: what this visit has read. */
const readings = new Map<string, Reading>();

/** Reads what has ended since the last reading, if that is due. @returns the number of new images. @throws ApiError */
export async function readResults(key: string): Promise<number> {
  const batch = batches.peek().get(key);
  if (batch?.view == null || batch.isRead) return 0;
  let images = 0;
  const { view } = batch;
  const counts = view.request_counts;
  const before = readings.get(key) ?? nothingRead;
  // What failed is being made again.
  const known = counts.failed < before.failed ? nothingRead : before;
  if (isReadingDue(known, view, Date.now())) {
    const after = endedUpTo(known);
    const done = counts.completed === known.completed ? [] : await readTasks(batch, "completed", after);
    const failed = counts.failed === known.failed ? [] : await readTasks(batch, "failed", after);
    together(() => {
      for (const task of done) images += takeTask(batch, task);
    });
    const failures = failed.map((task) => failureOf(batch, task));
    const isKept = ({ line }: FailedRequest) => known !== nothingRead && !failures.some((one) => one.line === line);
    changeBatch(key, (one) => ({
      ...one,
      failures: [...one.failures.filter(isKept), ...failures].sort((one, other) => one.line - other.line),
    }));
    const ended = new Set([...known.ended, ...[...done, ...failed].map(({ line }) => line)]);
    readings.set(key, { completed: counts.completed, failed: counts.failed, at: Date.now(), ended });
  }
  if (view.ended_at !== null) changeBatch(key, (one) => ({ ...one, isRead: true }));
  return images;
}

/** For failed requests that are made again: all is read again. */
export const forgetReading = (key: string): void => void readings.delete(key);

/** @param after the line, from 1, after which to begin. */
async function readTasks(batch: Batch, status: "completed" | "failed", after: number): Promise<BatchTask[]> {
  const found: BatchTask[] = [];
  let last = after === 0 ? null : String(after - 1);
  for (;;) {
    const page = await tasksOf(batch, { status, limit: String(maxBatchListed), ...(last !== null && { after: last }) });
    found.push(...page.data);
    if (!page.has_more || page.last_id === null) return found;
    last = page.last_id;
  }
}

const tasksOf = (batch: Batch, query: Record<string, string>): Promise<BatchTasks> =>
  call<BatchTasks>(`${batchPath(batch.batchId ?? "")}/tasks?${new URLSearchParams(query)}`, asOwner(batch));

export const batchPath = (id: string): string => `/v1/images/batches/${encodeURIComponent(id)}`;

/** The first prompts of a batch that was made elsewhere, empty where the server kept none. @throws ApiError */
export async function readFirstPrompts(batch: Batch, limit: number): Promise<string[]> {
  const { data } = await tasksOf(batch, { limit: String(limit) });
  return data.map(({ request }) => request?.prompt ?? "");
}

/** @returns the number of its images that the page did not have. */
function takeTask(batch: Batch, { custom_id: _, line, ...view }: BatchTask): number {
  // A list may have been asked for before a task of it was deleted.
  if (deletedTasks.has(view.id)) return 0;
  const known = tasks.peek().get(view.id);
  const task = withView(known ?? newTaskOf(batch, view, line), view, Date.now());
  if (task !== known) put(task);
  return known === undefined ? imagesOf(task).length : 0;
}

/** Its moment is that of the batch, so that the gallery shows the prompts in their order. */
function newTaskOf(batch: Batch, view: TaskView, line: number): Task {
  const { draft, sessions, prompts } = batch;
  const prompt = prompts[line - 1];
  const own = draft === null || prompt === undefined ? null : { ...draft, prompt, images: linksOf(draft.images) };
  const model = models.peek().find(({ id }) => id === view.model);
  const frame = own === null ? { count: 1, width: 1, height: 1 } : frameOf(own, model);
  const createdAt = (batch.view?.created_at ?? view.created_at) * 1000 - line;
  const isFilesLost = own !== null && own.images.length < (draft?.images.length ?? 0);
  const task = newTask({ key: view.id, draft: own, sessions, frame, createdAt });
  return { ...task, batch: { id: batch.batchId ?? "", line }, isFilesLost };
}

/** Files stay with the batch. */
const linksOf = (images: NonNullable<Batch["draft"]>["images"]) => images.filter(({ kind }) => kind === "link");

const failureOf = ({ prompts, draft }: Batch, { line, request, error_code, error }: BatchTask): FailedRequest => ({
  line,
  prompt: (draft === null ? request?.prompt : prompts[line - 1]) ?? "",
  code: error_code ?? "internal",
  message: error ?? "",
});
