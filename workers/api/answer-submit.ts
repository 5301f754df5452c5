/**
 * The answer to a submit, in the caller's dialect: the task at once, or its pictures when they are there. A caller who
 * goes away while waiting costs nothing: the task goes on, and can be polled.
 */
import type { Context } from "hono";
import { languageOf } from "../../shared/errors.ts";
import type { CallerEnv } from "./caller.ts";
import { type Made, submitted } from "./create-task.ts";
import { type Asked, type Dialect, dialectOf } from "./dialect.ts";
import { type Found, isFinal } from "./find-task.ts";
import { awaitEnd } from "./follow-task.ts";
import { answerText, bodyOf } from "./openai-answer.ts";
import { failureOf, openAiEvents } from "./openai-events.ts";
import { readPath } from "./paths.ts";
import { linksFor } from "./task-view.ts";

type TaskContext = Context<CallerEnv>;

/** @throws AppError: before anything is spent. */
export function readDialect(c: TaskContext, route: Asked["route"], body: Asked["body"]): Dialect {
  const { pathname } = new URL(c.req.url);
  return dialectOf({
    route,
    base: readPath(pathname).base,
    prefer: c.req.header("prefer"),
    wait: c.req.query("wait"),
    isOpenAiClient: Object.keys(c.req.header()).some((name) => name.startsWith("x-stainless-")),
    body,
  });
}

/** @throws TaskFailedError when the caller waited and the task failed. */
export async function answerSubmit(c: TaskContext, made: Made, dialect: Dialect): Promise<Response> {
  // The answer differs by it, and caches and clients may want to know.
  c.header("Vary", "Prefer", { append: true });
  if (dialect.kind === "task") return c.json(submitted(c, made), 200);
  const { caller } = c.var;
  if (dialect.stream !== null) {
    const language = languageOf(c.req.header("accept-language"));
    const waiting = { ...dialect, stream: dialect.stream };
    return eventStream(c, openAiEvents(c.env, made.found, { caller, dialect: waiting, language }));
  }
  const found = await awaitEnd(c.env, made.found, { caller, seconds: dialect.seconds });
  return isFinal(found.record) ? pictures(c, found, dialect) : c.json(submitted(c, { ...made, found }), 202);
}

function pictures(c: TaskContext, found: Found, { count, format }: Extract<Dialect, { kind: "wait" }>): Response {
  const { record } = found;
  if (record.status === "failed") throw failureOf(found);
  const images = record.images.slice(0, count ?? undefined);
  const text = answerText(record, images, { format, pictures: { linkTo: linksFor(c), bucket: c.env.IMAGES } });
  c.header("Content-Type", "application/json");
  c.header("Cache-Control", "no-store");
  c.header("Location", `/v1/images/tasks/${record.id}`);
  return c.body(bodyOf(text), 200);
}

/** Server-sent events (WHATWG HTML, section 9.2). */
export function eventStream(c: TaskContext, events: AsyncGenerator<string, void>): Response {
  c.header("Content-Type", "text/event-stream; charset=utf-8");
  c.header("Cache-Control", "no-store");
  // Asks nginx and its like not to collect the answer before passing it on.
  c.header("X-Accel-Buffering", "no");
  return c.body(bodyOf(events), 200);
}
