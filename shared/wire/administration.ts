/** Administration beside keys and credentials. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { waitingCodes } from "#shared/task/waiting.ts";
import { defaultListed, maxFiguresDays, maxListed, usualFiguresDays } from "./limits.ts";
import { pageLimit } from "./paging.ts";

const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1764374400 });

export const adminSessionSchema = z
  .object({
    object: z.literal("admin.session").meta({ description: "What this is." }),
    expires_at: moment("Until when this browser is signed in"),
  })
  .meta({ id: "AdminSession" });

export const adminTaskSchema = z
  .object({
    id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("image.generation.task").meta({ description: "The kind of the object." }),
    status: z.enum(["pending", "processing"]).meta({ description: "`pending`: nothing is made yet." }),
    progress: z.int().meta({ description: "0 to 100." }),
    model: z.string().meta({ description: "The model's id.", example: "dreamina-4.5" }),
    images: z.int().nullable().meta({ description: "Images that it is to make; null: the model's own number." }),
    caller: z
      .object({
        kind: z.enum(["key", "api_key", "credentials"]).meta({
          description:
            "`key`: a named key. `api_key`: one of the setting API_KEYS. `credentials`: sessions or keys of a caller's own.",
        }),
        name: z.string().meta({
          description: "The key's name, or the first characters of the hash that stands for the caller.",
          example: "newsletter bot",
        }),
      })
      .meta({ description: "Whose it is." }),
    credential: z
      .string()
      .nullable()
      .meta({ description: "The session or key that runs it, masked; null: it waits for one.", example: "us-…c3f9" }),
    created_at: moment("When it was created"),
    waiting_for: z
      .object({
        code: z.enum(waitingCodes).meta({ description: "Why: an error code, or `pool_unavailable`." }),
        message: z.string().meta({ description: "The same for a person." }),
      })
      .nullable()
      .meta({ description: "Why it waits, where there is a reason." }),
    prompt: z
      .string()
      .nullable()
      .meta({ description: "Its prompt, where the setting ADMIN_SEES_PROMPTS is on; else null." }),
  })
  .meta({ id: "AdminTask" });

export const adminTaskListSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z.array(adminTaskSchema).meta({ description: "Tasks under way of all callers, the oldest first." }),
    has_more: z.boolean().meta({ description: "Whether there are more than are shown." }),
  })
  .meta({ id: "AdminTaskList" });

export const adminTaskQuery = z.object({ limit: pageLimit(maxListed, defaultListed) });

const whole = (what: string) => z.int().meta({ description: what });

export const figuresSchema = z
  .object({
    object: z.literal("admin.figures").meta({ description: "What this is." }),
    days: z
      .array(
        z.object({
          date: z.string().meta({ description: "The day, of UTC.", example: "2026-11-29" }),
          completed: whole("Tasks that completed."),
          failed: whole("Tasks that failed."),
          cancelled: whole("Tasks that were cancelled."),
          images: whole("Images that were made, by sessions and keys."),
          images_by_keys: whole("Those of them that official keys made, for money."),
          credits: z.number().meta({ description: "Credits that the sessions' images cost, by the last prices seen." }),
        }),
      )
      .meta({ description: "Each day with at least one task, the oldest first." }),
    failures: z
      .array(
        z.object({
          code: z.enum(errorCodes).meta({ description: "Why." }),
          tasks: whole("How many tasks failed so."),
          hint: z.string().meta({ description: "What to do about it." }),
        }),
      )
      .meta({ description: "Failures of these days by code, the most frequent first." }),
    queue: z
      .object({
        waiting: whole("Tasks without a session, of all callers, requests of batches included."),
        running: whole("Tasks under way."),
        oldest_waiting_seconds: whole("How long the first of them has waited.").nullable(),
        callers: whole("Callers with tasks that have not ended. All API keys together are one."),
        backlog: whole("Messages in the queue.").nullable(),
      })
      .meta({ description: "As it was a minute ago at the most." }),
  })
  .meta({ id: "AdminFigures" });

export const figuresQuery = z.object({
  days: pageLimit(maxFiguresDays, usualFiguresDays),
});

export const deadLetterSchema = z
  .object({
    id: z.string().meta({ description: "The dead letter's id.", example: "dead_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("dead_letter").meta({ description: "The kind of the object." }),
    at: moment("When the queue gave it up"),
    caller: z.string().meta({ description: "The first characters of the hash that stands for the caller." }),
    replayed_at: moment("When it was replayed last").nullable(),
  })
  .meta({
    id: "DeadLetter",
    description:
      "A message that was delivered as often as allowed and never served. Its tasks are not lost: their coordinator wakes them by itself.",
  });

export const deadLetterListSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z.array(deadLetterSchema).meta({ description: "The last ones, newest first." }),
  })
  .meta({ id: "DeadLetterList" });

export const deadLetterParams = z.object({
  id: z.string().meta({ description: "The dead letter's id.", example: "dead_V1StGXR8_Z5jdHi6B-myT" }),
});
