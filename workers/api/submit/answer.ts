/**
 * Step 5 of a submit: the answer in the caller's dialect, the task at once or its images when they are stored. When the
 * caller disconnects while it waits, the task continues and can be polled.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { bodyOf, eventStream } from "#api/http/streamed.ts";
import { answerText } from "#api/openai/answer.ts";
import { delivered, isEmpty, notDelivered } from "#api/openai/delivered.ts";
import { openAiEvents } from "#api/openai/events.ts";
import type { Dialect, Waiting } from "#api/request/dialect.ts";
import { isTerminalRecord } from "#api/tasks/find.ts";
import { awaitEnds } from "#api/tasks/follow.ts";
import { taskPath } from "#api/tasks/path.ts";
import { linksFor } from "#api/tasks/view.ts";
import { TaskFailedError } from "#shared/errors.ts";
import { findImage } from "#shared/images/store.ts";
import { languageOf } from "#shared/language.ts";
import type { TaskRecord } from "#shared/task/schema.ts";
import type { Plan } from "./plan.ts";
import { replayedHeader, type SubmitResult, submitted } from "./task-answer.ts";

type TaskContext = Context<CallerEnv>;

/** @throws TaskFailedError when the caller waited and there are no images. */
export async function answerSubmit(c: TaskContext, result: SubmitResult, dialect: Dialect): Promise<Response> {
  // The answer differs by it, and caches and clients may want to know.
  c.header("Vary", "Prefer", { append: true });
  if (result.isReplayed) c.header(replayedHeader, "true");
  const { caller } = c.var;
  switch (dialect.kind) {
    case "task":
      return c.json(submitted(c, result), 200);
    case "stream": {
      const language = languageOf(c.req.header("accept-language"));
      return eventStream(
        c,
        openAiEvents(c.env, { found: result.found, counts: countsOf(result.plan) }, { caller, dialect, language }),
      );
    }
    case "wait": {
      const found = await awaitEnds(c.env, result.found, { caller, seconds: dialect.seconds });
      if (dialect.isSaid && !found.every(({ record }) => isTerminalRecord(record))) {
        return c.json(submitted(c, { ...result, found }), 202);
      }
      return images(c, { plan: result.plan, found }, dialect);
    }
  }
}

/** How many images of each task its caller asked for; null: as many as the model makes. */
const countsOf = ({ parts }: Plan): (number | null)[] => parts.map(({ request }) => request.count);

async function images(c: TaskContext, { plan, found }: Pick<SubmitResult, "plan" | "found">, { format }: Waiting) {
  const records = delivered(found, countsOf(plan));
  if (isEmpty(records)) throw notDelivered(found);
  const bucket = c.env.IMAGES;
  // Once the answer has begun, there is no way to say that an image is gone.
  if (format !== "url") await Promise.all(records.map((record) => checkStored(record, bucket)));
  c.header("Content-Type", "application/json");
  c.header("Cache-Control", "no-store");
  c.header("Location", taskPath(records[0]?.id ?? ""));
  return c.body(bodyOf(answerText(records, { format, source: { linkTo: linksFor(c), bucket } })), 200);
}

async function checkStored({ id, images }: TaskRecord, bucket: R2Bucket): Promise<void> {
  const found = await Promise.all(images.map(({ key }) => findImage(bucket, key)));
  if (!found.includes(null)) return;
  const message = "An image of this task is not in the bucket any more.";
  throw new TaskFailedError([id], { code: "internal", message, retryable: false });
}
