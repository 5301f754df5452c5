/** A task as OpenAI's image stream: a picture as soon as it is stored, if such were asked for; at the end all of them. */
import { type Language, TaskFailedError } from "../../shared/errors.ts";
import type { Caller } from "./caller.ts";
import type { Streaming } from "./dialect.ts";
import { errorBody } from "./error-response.ts";
import { type Found, isFinal } from "./find-task.ts";
import { followTask } from "./follow-task.ts";
import { createdOf, noUsage, pictureEvent } from "./openai-answer.ts";
import { commentText, eventText } from "./streamed.ts";

/** Proxies between us and the caller close what is silent for half a minute or more. */
const heartbeatMs = 15_000;

export async function* openAiEvents(
  env: ApiEnv,
  first: Found,
  { caller, dialect, language }: { caller: Caller; dialect: Streaming; language: Language },
): AsyncGenerator<string, void> {
  const { count, seconds, event, partialImages } = dialect;
  const wanted = ({ record }: Found) => record.images.slice(0, count ?? undefined);
  const until = Date.now() + seconds * 1000;
  let shown = 0;
  let last = first;
  // At once, so that the answer begins.
  yield commentText("accepted");
  for await (const found of followTask(env, first, { tags: caller.mayRead, tickMs: heartbeatMs, until })) {
    last = found;
    const fresh = isFinal(found.record) ? [] : wanted(found).slice(shown, partialImages);
    if (fresh.length === 0) yield commentText("waiting");
    for (const image of fresh) {
      const fields = { created_at: createdOf(found.record), partial_image_index: shown };
      yield* pictureEvent(image, { type: `${event}.partial_image`, fields }, env.IMAGES);
      shown += 1;
    }
  }
  if (last.record.status !== "completed") {
    yield eventText({ event: "error", data: JSON.stringify(errorBody(failureOf(last), language)) });
    return;
  }
  const fields = { created_at: createdOf(last.record), usage: noUsage };
  for (const image of wanted(last)) {
    yield* pictureEvent(image, { type: `${event}.completed`, fields }, env.IMAGES);
  }
}

const unknownFailure = { code: "internal", message: "The task failed; why was not kept." } as const;

/** Why there are no pictures: the task failed, or is not ready. */
export function failureOf({ record: { id, error, status } }: Found): TaskFailedError {
  if (status === "failed") return new TaskFailedError(id, error ?? unknownFailure);
  return new TaskFailedError(id, {
    code: "timeout",
    message: `The pictures are not ready yet; the task goes on: GET /v1/images/tasks/${id}.`,
    hint: {
      en: "Poll the task for its pictures. The same request again would be another task, and cost its own credits.",
      zh: "请查询该任务以取得图片。再次发送同样的请求会新建另一个任务，并另外消耗积分。",
    },
    retryable: false,
  });
}
