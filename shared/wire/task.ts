/** A task as its caller reads it, alone and in lists. Names are snake_case, moments Unix seconds. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { statuses } from "#shared/task/task-record.ts";
import { waitingCodes } from "#shared/task/waiting.ts";
import { keptRequestSchema } from "./kept-request.ts";
import { defaultListed, maxListed, maxSearched } from "./limits.ts";
import { pageLimit } from "./paging.ts";

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
    submit_id: z
      .string()
      .meta({ description: "The id under which Dreamina knows the job. With a key it names nothing at the cloud." }),
    model: z.string().meta({ description: "The model's id.", example: "dreamina-4.5" }),
    request: keptRequestSchema.optional().meta({
      description:
        "The request as it was sent, with the number of images of this task: the same body again, with `seed`, asks for the same images. In polls, events and lists; absent where the operator keeps no requests (`KEEP_PROMPTS`).",
    }),
    seed: z.int().optional().meta({
      description:
        "The seed of this task, beside `request`, also where the server drew it. Absent where none was sent: with reference images, and for models that take none.",
    }),
    input_images: z.int().optional().meta({
      description: "How many reference images the request had, beside `request`. They are not kept.",
    }),
    queue_position: z.int().optional().meta({
      description:
        "While `pending`: place among your tasks that wait for a free slot, from 1. While `processing`: place in Dreamina's own queue.",
    }),
    eta_seconds: z.int().optional().meta({ description: "Seconds left by Dreamina's own forecast." }),
    waiting_for: z.string().optional().meta({
      description:
        "What keeps a live task from going on, for a person: the last refusal or fault, which is being waited out; or that the server's pool has no member that can take it.",
    }),
    waiting_code: z.enum(waitingCodes).optional().meta({
      description:
        "The same, for a program: an error code, or `pool_unavailable`: every session and key of the server's pool that may run it is paused or out of use, or there is none.",
    }),
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
    deleted_images: z
      .array(z.int())
      .optional()
      .meta({ description: "Places, from 0, of images that were deleted since; no link leads to them." }),
    partial: z.boolean().meta({ description: "Completed with fewer images than planned." }),
    partial_reason: z
      .string()
      .optional()
      .meta({ description: "Why images are missing of a partial task, for a person, where that is known." }),
    partial_code: z.enum(errorCodes).optional().meta({
      description: "The same, for a program: `outcome_unknown`: a paid call may have been charged without an image.",
    }),
    data: z
      .array(
        z.object({
          url: link,
          small_url: link.meta({
            description:
              "Link to a version for lists and galleries, about 480 pixels on its longer side. Where there is none, it leads to the image itself.",
            example: "https://api.example.com/images/imgtask_…/0/small",
          }),
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

export type TaskView = z.infer<typeof taskSchema>;
export type TaskImage = NonNullable<TaskView["data"]>[number];
export type TaskFailure = NonNullable<TaskView["error_info"]>;

/** The answer to a cancellation. */
export const cancelledTaskSchema = taskSchema
  .extend({
    cancel: z.enum(["done", "requested", "too_late"]).meta({
      description:
        "`done`: it had not begun, nothing was spent. `requested`: Dreamina may have it and is asked once to cancel it; credits may be spent, poll to see how it ends. `too_late`: the images are made and will be delivered.",
    }),
  })
  .meta({ id: "TaskCancelled" });

export type CancelledTask = z.infer<typeof cancelledTaskSchema>;

/** The word for `pending` at the `/async` addresses. */
export const queuedStatus = "queued";

/** The query of a list. */
export const taskListQuery = z.object({
  limit: pageLimit(maxListed, defaultListed),
  after: z.string().optional().meta({
    description: "Id of the task after which to go on: `last_id` of the page before.",
    example: "imgtask_V1StGXR8_Z5jdHi6B-myT",
  }),
  status: z
    .enum([...statuses, queuedStatus])
    .optional()
    .meta({
      description: "Only tasks that are so. `queued`, the word of the `/async` addresses, is `pending`.",
      example: "completed",
    }),
});

/** A page of tasks. */
export const taskListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(taskSchema).meta({ description: "The tasks, newest first, as a poll shows them." }),
    has_more: z.boolean().meta({ description: "Whether there are older ones." }),
    last_id: z
      .string()
      .nullable()
      .meta({ description: "Send it as `after` for the next page; null when the list is empty." }),
  })
  .meta({ id: "TaskList" });

export type TaskList = z.infer<typeof taskListSchema>;

/** The body of a search by submit ids. */
export const findTasksSchema = z
  .object({
    submit_ids: z
      .array(z.string().max(100).meta({ description: "A task's `submit_id`." }))
      .min(1)
      .max(maxSearched)
      .meta({
        description: `1 to ${maxSearched} submit ids.`,
        example: ["f4d70bb5-5184-4025-89c0-c18db7977135"],
      }),
  })
  .meta({ id: "HistoryRequest" });

/** The answer to a search by submit ids. */
export const foundTasksSchema = z
  .object({
    created: z.int().meta({ description: "The time of this answer, Unix seconds.", example: 1706000042 }),
    data: z.array(taskSchema).meta({ description: "The tasks, as a poll shows them." }),
  })
  .meta({ id: "History" });

/** The path parameters of a task. */
export const taskParams = z.object({
  id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
});

/** The headers of a request for a task's events. */
export const eventsHeaders = z.object({
  "last-event-id": z.string().optional().meta({ description: "Id of the last event received.", example: "7" }),
});
