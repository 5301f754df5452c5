/** Batches as their caller sends and reads them. Names are snake_case, moments Unix seconds. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { batchStatuses } from "#shared/task/batch-status.ts";
import { waitingCodes } from "#shared/task/waiting.ts";
import { compositionSchema } from "./composition.ts";
import {
  defaultBatchListed,
  defaultListed,
  maxBatchBytes,
  maxBatchListed,
  maxBatchRequests,
  maxCustomIdCharacters,
  maxListed,
} from "./limits.ts";
import { pageLimit } from "./paging.ts";
import { taskSchema } from "./task.ts";
import { webhookSchema } from "./webhooks.ts";

export const customIdSchema = z.string().min(1).max(maxCustomIdCharacters).meta({
  description:
    "Your own name for this request, unique within the batch: results carry it. Default `request-` and the line.",
  example: "poster-0017",
});

/** Pairs that an answer repeats, as OpenAI has them. */
export const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, "holds more than 16 pairs")
  .meta({ description: "Up to 16 pairs of texts that the batch carries.", example: { campaign: "spring" } });

export const batchRequestSchema = z
  .object({
    requests: z
      .array(compositionSchema.omit({ webhook: true }).extend({ custom_id: customIdSchema.optional() }))
      .meta({ description: `1 to ${maxBatchRequests.toLocaleString("en-US")} requests, each as for a single task.` }),
    metadata: metadataSchema.nullish(),
    webhook: webhookSchema.nullish().meta({ description: "Whom to tell how the batch ends. Default: no one." }),
  })
  .meta({
    id: "BatchRequest",
    description: `At most ${maxBatchBytes / 1024 / 1024} MiB. Or, as \`application/jsonl\`, one request a line.`,
  });

export const invalidRequestSchema = z
  .object({
    line: z.int().meta({ description: "Position in the body, from 1.", example: 17 }),
    custom_id: z.string().nullable().meta({ description: "The request's name, where it has one." }),
    param: z.string().nullable().meta({ description: "The field at fault.", example: "ratio" }),
    code: z.enum(errorCodes).meta({ description: "The fault, for a program." }),
    message: z.string().meta({ description: "The fault, for a person." }),
  })
  .meta({ id: "InvalidRequest" });
export type InvalidRequest = z.infer<typeof invalidRequestSchema>;

const count = (what: string) => z.int().meta({ description: what });
const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1706000000 });

export const batchSchema = z
  .object({
    id: z.string().meta({ description: "The batch's id.", example: "batch_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("batch").meta({ description: "What this is." }),
    status: z.enum(batchStatuses).meta({
      description:
        "`in_progress`: its requests start as slots become free. `paused`: none starts; those under way end. `completed`: every request has ended, completed or failed. `cancelling`: cancelled, and some are still ending. `cancelled`. `validating` is OpenAI's word, which no batch here stays in.",
    }),
    request_counts: z
      .object({
        total: count("Requests of the batch."),
        waiting: count("Not started."),
        processing: count("Under way."),
        completed: count("With their images."),
        failed: count("Failed."),
        cancelled: count("Cancelled."),
      })
      .meta({ description: "How many requests are where." }),
    created_at: moment("When it was created"),
    started_at: moment("When its first request started").nullable(),
    ended_at: moment("When the last one ended").nullable(),
    expires_at: moment("Until when it is remembered, or is cancelled if it has not ended"),
    eta_seconds: z.int().optional().meta({ description: "Seconds left, by its pace so far; absent while unknown." }),
    estimated_credits: z.number().optional().meta({
      description: "What it should cost, by the last prices seen; absent where one is not known.",
    }),
    waiting_for: z.string().optional().meta({ description: "Why nothing moves: all of its sessions are paused." }),
    waiting_code: z.enum(waitingCodes).optional().meta({
      description:
        "The same, for a program: an error code, or `pool_unavailable`: the server's pool has only paused sessions and keys for it, or none.",
    }),
    next_try_at: moment("When the first of them is tried again; absent with `pool_unavailable`").optional(),
    paused_reason: z
      .object({
        code: z.enum(errorCodes).meta({ description: "Why, for a program." }),
        message: z.string().meta({ description: "Why, for a person." }),
        hint: z.string().meta({ description: "What to do next." }),
      })
      .optional()
      .meta({ description: "Why it paused by itself: none of its sessions can be used." }),
    metadata: z.record(z.string(), z.string()).meta({ description: "As it was sent." }),
    message: z.string().meta({ description: "What happens, and what to do next, for a person." }),
    invalid_requests: z.array(invalidRequestSchema).optional().meta({
      description: "With `skip_invalid=true`: the requests that were left out. Only in the answer that creates it.",
    }),
  })
  .meta({ id: "Batch" });
export type BatchView = z.infer<typeof batchSchema>;

export const batchParams = z.object({
  id: z.string().meta({ description: "The batch's id.", example: "batch_V1StGXR8_Z5jdHi6B-myT" }),
});

export const createBatchQuery = z.object({
  skip_invalid: z
    .enum(["true", "false", "1", "0", ""])
    .optional()
    .meta({ description: "`true`: start without the requests that are at fault, instead of refusing all." }),
});

export const batchListQuery = z.object({
  limit: pageLimit(maxListed, defaultListed),
  status: z.enum(batchStatuses).optional().meta({ description: "Only batches that are so.", example: "paused" }),
  after: z.string().optional().meta({
    description: "Id of the batch after which to go on: `last_id` of the page before.",
    example: "batch_V1StGXR8_Z5jdHi6B-myT",
  }),
});

export const batchListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(batchSchema).meta({ description: "The batches, newest first." }),
    has_more: z.boolean().meta({ description: "Whether there are older ones." }),
    last_id: z.string().nullable().meta({ description: "Send it as `after` for the next page." }),
  })
  .meta({ id: "BatchList" });

export const batchTasksQuery = z.object({
  limit: pageLimit(maxBatchListed, defaultBatchListed),
  after: z
    .string()
    .regex(/^\d{1,6}$/, "must be the `last_id` of the page before; begin without it")
    .optional()
    .meta({ description: "`last_id` of the page before.", example: "49" }),
  status: z
    .enum(["pending", "processing", "completed", "failed", "cancelled"])
    .optional()
    .meta({ description: "Only requests that are so.", example: "failed" }),
});

export const batchTasksSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z
      .array(
        taskSchema
          .extend({
            custom_id: z.string().meta({ description: "The request's name." }),
            line: z.int().meta({ description: "Position in the body, from 1." }),
          })
          .meta({ id: "BatchTask" }),
      )
      .meta({ description: "The tasks in the order of the requests, each as a poll shows it." }),
    has_more: z.boolean().meta({ description: "Whether there are more." }),
    last_id: z.string().nullable().meta({ description: "Send it as `after` for the next page." }),
  })
  .meta({ id: "BatchTaskList" });

export const resultsQuery = z.object({
  format: z.enum(["jsonl", "csv"]).default("jsonl").meta({ description: "The form of the results." }),
});
