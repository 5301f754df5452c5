/**
 * The answer to a submit, in the caller's dialect: the task at once, or its pictures when they are there. A caller who
 * goes away while waiting costs nothing: the task goes on, and can be polled.
 */
import type { Context } from "hono";
import { languageOf, TaskFailedError } from "../../shared/errors.ts";
import { findImage } from "../../shared/images/store.ts";
import type { CallerEnv } from "./caller.ts";
import { type Made, submitted } from "./create-task.ts";
import { type Asked, type Dialect, dialectOf, type Waiting } from "./dialect.ts";
import { type Found, isFinal } from "./find-task.ts";
import { awaitEnd } from "./follow-task.ts";
import { answerText } from "./openai-answer.ts";
import { failureOf, openAiEvents } from "./openai-events.ts";
import { readPath } from "./paths.ts";
import { bodyOf, eventStream } from "./streamed.ts";
import { linksFor } from "./task-view.ts";

type TaskContext = Context<CallerEnv>;

/** @throws AppError: before anything is spent. */
export function readDialect(c: TaskContext, route: Asked["route"], asked: Pick<Asked, "body" | "written">): Dialect {
  const { pathname } = new URL(c.req.url);
  return dialectOf({
    route,
    base: readPath(pathname).base,
    prefer: c.req.header("prefer"),
    wait: c.req.query("wait"),
    isOpenAiClient: Object.keys(c.req.header()).some((name) => name.startsWith("x-stainless-")),
    ...asked,
  });
}

/** @throws TaskFailedError when the caller waited and the task failed. */
export async function answerSubmit(c: TaskContext, made: Made, dialect: Dialect): Promise<Response> {
  // The answer differs by it, and caches and clients may want to know.
  c.header("Vary", "Prefer", { append: true });
  const { caller } = c.var;
  switch (dialect.kind) {
    case "task":
      return c.json(submitted(c, made), 200);
    case "stream": {
      const language = languageOf(c.req.header("accept-language"));
      return eventStream(c, openAiEvents(c.env, made.found, { caller, dialect, language }));
    }
    case "wait": {
      const found = await awaitEnd(c.env, made.found, { caller, seconds: dialect.seconds });
      return isFinal(found.record) ? pictures(c, found, dialect) : c.json(submitted(c, { ...made, found }), 202);
    }
  }
}

async function pictures(c: TaskContext, found: Found, { count, format }: Waiting): Promise<Response> {
  const { record } = found;
  if (record.status === "failed") throw failureOf(found);
  const images = record.images.slice(0, count ?? undefined);
  const bucket = c.env.IMAGES;
  // Once the answer has begun, there is no way to say that a picture is gone.
  if (format !== "url") await checkStored(record.id, images, bucket);
  c.header("Content-Type", "application/json");
  c.header("Cache-Control", "no-store");
  c.header("Location", `/v1/images/tasks/${record.id}`);
  return c.body(bodyOf(answerText(record, images, { format, pictures: { linkTo: linksFor(c), bucket } })), 200);
}

async function checkStored(id: string, images: { key: string }[], bucket: R2Bucket): Promise<void> {
  const found = await Promise.all(images.map(({ key }) => findImage(bucket, key)));
  if (!found.includes(null)) return;
  const message = "A picture of this task is not in the bucket any more.";
  throw new TaskFailedError(id, { code: "internal", message, retryable: false });
}
