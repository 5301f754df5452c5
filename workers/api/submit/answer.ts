/**
 * The answer to a submit, in the caller's dialect: the task at once, or its images when they are there. A caller who
 * goes away while waiting costs nothing: the task goes on, and can be polled.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { readPath } from "#api/http/paths.ts";
import { bodyOf, eventStream } from "#api/http/streamed.ts";
import { answerText } from "#api/openai/answer.ts";
import { delivered, failureOf, isEmpty, openAiEvents } from "#api/openai/events.ts";
import type { Counting } from "#api/request/counts.ts";
import { type Asked, countingOf, type Dialect, dialectOf, type Waiting } from "#api/request/dialect.ts";
import { isTerminalRecord } from "#api/tasks/find.ts";
import { awaitEnds } from "#api/tasks/follow.ts";
import { linksFor } from "#api/tasks/view.ts";
import { TaskFailedError } from "#shared/errors.ts";
import { findImage } from "#shared/images/store.ts";
import { languageOf } from "#shared/language.ts";
import type { TaskRecord } from "#shared/task/schema.ts";
import { type Made, submitted, taskPath } from "./create.ts";
import { replayedHeader } from "./idempotency.ts";

type TaskContext = Context<CallerEnv>;

/** Where the request came in: the route, and whether it is one of those under which nobody waits. */
export type Address = Pick<Asked, "route" | "isAsync">;

/**
 * How the caller wants its answer, and what its `n` means.
 * @throws AppError: before anything is spent.
 */
export function readDialect(
  c: TaskContext,
  address: Address,
  given: Pick<Asked, "body" | "written">,
): { dialect: Dialect; counting: Counting } {
  const { pathname } = new URL(c.req.url);
  const asked = {
    ...address,
    base: readPath(pathname).base,
    prefer: c.req.header("prefer"),
    wait: c.req.query("wait"),
    isOpenAiClient: Object.keys(c.req.header()).some((name) => name.startsWith("x-stainless-")),
    ...given,
  };
  const dialect = dialectOf(asked);
  return { dialect, counting: countingOf(asked, dialect) };
}

/** @throws TaskFailedError when the caller waited and there are no images. */
export async function answerSubmit(c: TaskContext, made: Made, dialect: Dialect): Promise<Response> {
  // The answer differs by it, and caches and clients may want to know.
  c.header("Vary", "Prefer", { append: true });
  if (made.isReplayed) c.header(replayedHeader, "true");
  const { caller } = c.var;
  switch (dialect.kind) {
    case "task":
      return c.json(submitted(c, made), 200);
    case "stream": {
      const language = languageOf(c.req.header("accept-language"));
      return eventStream(c, openAiEvents(c.env, made, { caller, dialect, language }));
    }
    case "wait": {
      const found = await awaitEnds(c.env, made.found, { caller, seconds: dialect.seconds });
      if (dialect.isSaid && !found.every(({ record }) => isTerminalRecord(record))) {
        return c.json(submitted(c, { ...made, found }), 202);
      }
      return images(c, { plan: made.plan, found }, dialect);
    }
  }
}

async function images(c: TaskContext, { plan, found }: Pick<Made, "plan" | "found">, { format }: Waiting) {
  const records = delivered(plan, found);
  if (isEmpty(records)) throw failureOf(found);
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
