/** A task as its caller reads it: the schema of the answer, and the answer itself. Shared by every route that shows one. */

import type { Context } from "hono";
import * as z from "zod";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import { AppError, errorCodes } from "#shared/errors.ts";
import { imagePath } from "#shared/images/store.ts";
import { languageOf } from "#shared/language.ts";
import { type StoredImage, statuses } from "#shared/task/schema.ts";
import { renderTask, retryAfterSeconds } from "#shared/task/view.ts";
import type { Found } from "./find.ts";

const link = z
  .string()
  .meta({ description: "Link to the image.", example: "https://api.example.com/images/imgtask_…/0.png" });
const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1706000000 });

export const taskSchema = z
  .object({
    taskId: z.string().meta({ description: "The task's id." }),
    task_id: z.string().meta({ description: "The task's id." }),
    id: z.string().meta({ description: "The task's id." }),
    object: z.literal("image.generation.task").meta({ description: "What this is." }),
    status: z.enum(statuses).meta({
      description:
        "`pending`: accepted, waiting. `processing`: running, maybe some images already. `completed`: all images. `failed`: see `error`; a cancelled task reads so too.",
    }),
    progress: z.int().min(0).max(100).meta({ description: "Per cent. Never falls; 100 only when completed." }),
    images: z.array(link).optional().meta({ description: "The images stored so far." }),
    createdAt: moment("When it was accepted"),
    created_at: moment("When it was accepted"),
    updated_at: moment("When something last changed"),
    submit_id: z.string().meta({ description: "The id under which Dreamina knows the job." }),
    model: z.string().meta({ description: "The model's id.", example: "dreamina-4.5" }),
    queue_position: z.int().optional().meta({
      description:
        "While `pending`: place among your tasks that wait for a free slot, from 1. While `processing`: place in Dreamina's own queue.",
    }),
    eta_seconds: z.int().optional().meta({ description: "Seconds left by Dreamina's own forecast." }),
    waiting_for: z.string().optional().meta({
      description:
        "What keeps a live task from going on, for a person: the last refusal or fault, which is being waited out.",
    }),
    waiting_code: z.enum(errorCodes).optional().meta({ description: "The same, for a program." }),
    error: z.string().optional().meta({ description: "Why it failed, for a person. Only when failed." }),
    error_code: z.enum(errorCodes).optional().meta({ description: "Why it failed, for a program. Only when failed." }),
    error_info: z
      .object({
        code: z.enum(errorCodes).meta({ description: "The same as `error_code`." }),
        message: z.string().meta({ description: "The same as `error`." }),
        hint: z.string().meta({
          description: "What to do next; in Chinese where Accept-Language prefers it, else in English.",
        }),
        retryable: z.boolean().meta({ description: "Whether the same request may succeed later." }),
        upstream: z
          .object({
            ret: z.string().optional().meta({ description: "Dreamina's own code.", example: "2038" }),
            key: z.string().optional().meta({ description: "Dreamina's own message key." }),
            text: z
              .string()
              .optional()
              .meta({ description: "Dreamina's own words, only where this server does not know the code." }),
          })
          .optional()
          .meta({ description: "What Dreamina said." }),
      })
      .optional()
      .meta({ description: "The failure in full. Only when failed." }),
    completed_at: moment("When it was completed").optional(),
    expires_at: moment("Until when the task is remembered"),
    partial: z.boolean().meta({ description: "Completed with fewer images than planned." }),
    data: z
      .array(
        z.object({
          url: link,
          width: z.int().meta({ description: "Pixels." }),
          height: z.int().meta({ description: "Pixels." }),
          bytes: z.int().meta({ description: "Size of the file." }),
          content_type: z.string().meta({ description: "Type of the file.", example: "image/png" }),
        }),
      )
      .optional()
      .meta({ description: "The images in full. Only when completed." }),
    result: z
      .object({
        created: moment("When it was completed"),
        data: z.array(z.object({ url: link })).meta({ description: "The images." }),
      })
      .optional()
      .meta({ description: "The images in OpenAI's shape. Only when completed." }),
  })
  .meta({ id: "Task" });

export const taskParams = z.object({
  id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
});

export type TaskView = z.infer<typeof taskSchema>;

/** One sentence for unknown ids and for other people's, so that nothing can be learnt by asking. */
export const noSuchTask = () => new AppError("not_found", "There is no such task for this Authorization.");

/** The answer to a poll; the headers that go with it are set on the way. */
export function showTask(c: Context<CallerEnv>, found: Found): TaskView {
  const wait = retryAfterSeconds(found);
  if (wait !== null) c.header("Retry-After", String(wait));
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", languageOf(c.req.header("accept-language")));
  return viewOf(c, found);
}

/** The view alone, for answers that hold several. */
export const viewOf = (c: Context<CallerEnv>, found: Found): TaskView =>
  renderTask(found, linksFor(c), languageOf(c.req.header("accept-language")));

/**
 * Makes an image's link: at the address the caller used, with the ending of its type; or in the public bucket, which
 * knows it by its key alone.
 */
export function linksFor(c: Context<CallerEnv>): (image: Pick<StoredImage, "key" | "contentType">) => string {
  const bucket = c.var.config.PUBLIC_IMAGE_BASE_URL;
  if (bucket !== undefined) return ({ key }) => `${bucket}/${key}`;
  const base = new URL("/images", ownUrl(c)).href;
  return (image) => `${base}/${imagePath(image)}`;
}
