/** Which images of its tasks a caller of the OpenAI dialect gets. */
import { type Found, isTerminalRecord } from "#api/tasks/find.ts";
import { taskPath } from "#api/tasks/path.ts";
import { TaskFailedError } from "#shared/errors.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";

/** The tasks of a request, and how many images of each were requested; null: as many as the model makes. */
export type RequestedTasks = { found: Found[]; counts: (number | null)[] };

/** Each record with the requested number of images: some models make four whatever `n` says. */
export const requestedImages = (found: Found[], counts: RequestedTasks["counts"]): TaskRecord[] =>
  found.map(({ record }, index) => ({
    ...record,
    images: record.images.slice(0, counts[index] ?? undefined),
  }));

/**
 * Each record with the images that its caller gets: none of a task that did not complete. The images of the others are
 * paid for, and so delivered.
 */
export const deliveredImages = (found: Found[], counts: RequestedTasks["counts"]): TaskRecord[] =>
  requestedImages(found, counts).map((record) => (record.status === "completed" ? record : { ...record, images: [] }));

export const hasNoImages = (records: TaskRecord[]): boolean => records.every(({ images }) => images.length === 0);

const unknownFailure = { code: "internal", message: "The task failed; why was not kept." } as const;

/** The error of a caller that gets no image: all tasks failed, or the others are not ready. */
export function noImagesError(found: Found[]): TaskFailedError {
  const records = found.map(({ record }) => record);
  const ids = records.map(({ id }) => id);
  const unready = records.filter((record) => !isTerminalRecord(record));
  if (unready.length === 0) return new TaskFailedError(ids, records[0]?.error ?? unknownFailure);
  const polls = unready.map(({ id }) => `GET ${taskPath(id)}`).join(", ");
  const goesOn = unready.length > 1 ? "the tasks go on" : "the task goes on";
  const failure = {
    code: "timeout" as const,
    message: `The images are not ready yet; ${goesOn}: ${polls}.`,
    hint: {
      en: "Poll the task for its images. The same request again would be another task, and cost its own credits.",
      zh: "请查询该任务以取得图片。再次发送同样的请求会新建另一个任务，并另外消耗积分。",
    },
    retryable: false,
  };
  return new TaskFailedError(ids, failure);
}
