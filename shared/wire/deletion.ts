/** Deleting tasks and images: requests and answers. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { maxDeleted } from "./limits.ts";

const deleted = z.literal(true).meta({ description: "It is deleted for good." });

export const taskDeletedSchema = z
  .object({
    id: z.string().meta({ description: "The task's id." }),
    object: z.literal("image.generation.task").meta({ description: "The kind of the deleted object." }),
    deleted,
  })
  .meta({ id: "TaskDeleted" });

export const imageDeletedSchema = z
  .object({
    task_id: z.string().meta({ description: "The task's id." }),
    index: z.int().meta({ description: "The image's place in the task, from 0.", example: 0 }),
    object: z.literal("image").meta({ description: "The kind of the deleted object." }),
    deleted,
  })
  .meta({ id: "ImageDeleted" });

export const deleteTasksSchema = z
  .object({
    ids: z
      .array(z.string().max(100).meta({ description: "A task's id." }))
      .min(1)
      .max(maxDeleted)
      .meta({ description: `1 to ${maxDeleted} ids of tasks.`, example: ["imgtask_V1StGXR8_Z5jdHi6B-myT"] }),
  })
  .meta({ id: "DeleteTasks" });

export const tasksDeletedSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z
      .array(
        z.object({
          id: z.string().meta({ description: "The id from the request." }),
          object: z.literal("image.generation.task").meta({ description: "The kind of the object." }),
          deleted: z.boolean().meta({ description: "Whether this request deleted it." }),
          error: z
            .object({
              code: z.enum(errorCodes).meta({ description: "`not_found` or `not_finished`." }),
              message: z.string().meta({ description: "The same for a person." }),
            })
            .optional()
            .meta({ description: "Why it was not deleted." }),
        }),
      )
      .meta({ description: "One entry for each id, in the order of the request." }),
  })
  .meta({ id: "TasksDeleted" });
