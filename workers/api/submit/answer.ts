/**
 * Step 5 of a submit: the answer in the caller's dialect, the task at once or its images when they are stored. When the
 * caller disconnects while it waits, the task continues and can be polled.
 */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { eventStream } from "#api/http/text-stream.ts";
import { openAiEvents } from "#api/openai/events.ts";
import { imagesAnswer } from "#api/openai/images-answer.ts";
import type { Dialect } from "#api/request/dialect.ts";
import { isTerminalRecord } from "#api/tasks/find.ts";
import { awaitEnds } from "#api/tasks/follow.ts";
import { languageOf } from "#shared/language.ts";
import { replayedHeader } from "#shared/wire/submit.ts";
import type { Plan } from "./plan.ts";
import { type SubmitResult, submittedTask } from "./task-answer.ts";

type TaskContext = Context<CallerEnv>;

/** @throws TaskFailedError when the caller waited and there are no images. */
export async function answerSubmit(c: TaskContext, result: SubmitResult, dialect: Dialect): Promise<Response> {
  // The answer differs by it, and caches and clients may want to know.
  c.header("Vary", "Prefer", { append: true });
  if (result.isReplayed) c.header(replayedHeader, "true");
  const { caller } = c.var;
  switch (dialect.kind) {
    case "task":
      return c.json(submittedTask(c, result), 200);
    case "stream": {
      const language = languageOf(c.req.header("accept-language"));
      return eventStream(
        c,
        openAiEvents(c.env, { found: result.found, counts: countsOf(result.plan) }, { caller, dialect, language }),
      );
    }
    case "wait": {
      const found = await awaitEnds(c.env, result.found, { caller, seconds: dialect.seconds });
      if (dialect.isExplicit && !found.every(({ record }) => isTerminalRecord(record))) {
        return c.json(submittedTask(c, { ...result, found }), 202);
      }
      return imagesAnswer(c, { found, counts: countsOf(result.plan) }, dialect.format);
    }
  }
}

/** How many images of each task its caller asked for; null: as many as the model makes. */
const countsOf = ({ parts }: Plan): (number | null)[] => parts.map(({ request }) => request.count);
