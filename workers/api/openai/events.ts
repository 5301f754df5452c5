/** A task as OpenAI's image stream: an image as soon as it is stored, if such were asked for; at the end all of them. */

import type { Caller } from "#api/caller/caller.ts";
import { errorBody } from "#api/http/error-response.ts";
import { commentText, eventText } from "#api/http/streamed.ts";
import type { Streaming } from "#api/request/dialect.ts";
import { type Made, type Plan, taskPath } from "#api/submit/create.ts";
import { type Found, isTerminalRecord } from "#api/tasks/find.ts";
import { followTasks } from "#api/tasks/follow.ts";
import { TaskFailedError } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import type { TaskRecord } from "#shared/task/schema.ts";
import { createdOf, imageEvent, noUsage } from "./answer.ts";

/** Proxies between us and the caller close what is silent for half a minute or more. */
const heartbeatMs = 15_000;

export async function* openAiEvents(
  env: ApiEnv,
  made: Made,
  { caller, dialect, language }: { caller: Caller; dialect: Streaming; language: Language },
): AsyncGenerator<string, void> {
  const { seconds, event, partialImages } = dialect;
  const following = { tags: caller.readableTags, tickMs: heartbeatMs, until: Date.now() + seconds * 1000 };
  const shown = new Set<string>();
  let last = made.found;
  // At once, so that the answer begins.
  yield commentText("accepted");
  for await (const found of followTasks(env, made.found, following)) {
    last = found;
    const early = found.every(({ record }) => isTerminalRecord(record)) ? [] : wantedOf(made.plan, found);
    const fresh = early
      .flatMap((record) => record.images.map((image) => ({ image, record })))
      .filter(({ image }) => !shown.has(image.key))
      .slice(0, Math.max(0, partialImages - shown.size));
    if (fresh.length === 0) yield commentText("waiting");
    for (const { image, record } of fresh) {
      const fields = { created_at: createdOf(record), partial_image_index: shown.size };
      yield* imageEvent(image, { type: `${event}.partial_image`, fields }, env.IMAGES);
      shown.add(image.key);
    }
  }
  const records = delivered(made.plan, last);
  if (isEmpty(records)) {
    yield eventText({ event: "error", data: JSON.stringify(errorBody(failureOf(last), language)) });
    return;
  }
  for (const record of records) {
    const fields = { created_at: createdOf(record), usage: noUsage };
    for (const image of record.images) {
      yield* imageEvent(image, { type: `${event}.completed`, fields }, env.IMAGES);
    }
  }
}

/** Each task with those of its images that were asked for: some models make four whatever is said. */
const wantedOf = ({ parts }: Plan, found: Found[]): TaskRecord[] =>
  found.map(({ record }, place) => ({
    ...record,
    images: record.images.slice(0, parts[place]?.request.count ?? undefined),
  }));

/**
 * Each task with the images that its caller gets: none of one that was not completed. What the others made is paid
 * for, and so delivered.
 */
export const delivered = (plan: Plan, found: Found[]): TaskRecord[] =>
  wantedOf(plan, found).map((record) => (record.status === "completed" ? record : { ...record, images: [] }));

export const isEmpty = (records: TaskRecord[]): boolean => records.every(({ images }) => images.length === 0);

const unknownFailure = { code: "internal", message: "The task failed; why was not kept." } as const;

/** Why there are no images: all tasks failed, or those that did not are not ready. */
export function failureOf(found: Found[]): TaskFailedError {
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
