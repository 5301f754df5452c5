/** Batches in the form of OpenAI's Batch API. Names are snake_case, moments Unix seconds. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { metadataSchema } from "./batch.ts";

export const batchEndpoints = ["/v1/images/generations", "/v1/images/edits"] as const;
export type BatchEndpoint = (typeof batchEndpoints)[number];

const exampleFile = "file-V1StGXR8_Z5jdHi6B-myT";

export const openAiBatchRequestSchema = z
  .object({
    input_file_id: z.string().meta({ description: "The uploaded file with the requests.", example: exampleFile }),
    endpoint: z.enum(batchEndpoints).meta({ description: "The `url` of every request in the file." }),
    completion_window: z.literal("24h").meta({
      description:
        "OpenAI's only value. Requests that take longer are made all the same, for as long as tasks are kept.",
    }),
    metadata: metadataSchema.nullish(),
  })
  .meta({ id: "OpenAiBatchRequest" });

export const openAiBatchStatuses = [
  ...(["validating", "failed", "in_progress", "finalizing"] as const),
  ...(["completed", "expired", "cancelling", "cancelled"] as const),
] as const;

const moment = (what: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${what}, Unix seconds.` });
const fileId = (what: string) => z.string().nullable().meta({ description: what, example: exampleFile });
const count = (what: string) => z.int().meta({ description: what });

const faultSchema = z.object({
  code: z.enum(errorCodes).meta({ description: "The fault, for a program." }),
  message: z.string().meta({ description: "The fault, for a person." }),
  param: z.string().nullable().meta({ description: "The field at fault." }),
  line: z.int().nullable().meta({ description: "The line of the file, from 1." }),
});

export const openAiBatchSchema = z
  .object({
    id: z.string().meta({
      description: "The batch's id, the same under `/v1/images/batches`.",
      example: "batch_V1StGXR8_Z5jdHi6B-myT",
    }),
    object: z.literal("batch").meta({ description: "What this is." }),
    endpoint: z.string().meta({ description: "As it was sent." }),
    errors: z
      .object({
        object: z.literal("list").meta({ description: "What this is." }),
        data: z.array(faultSchema).meta({ description: "Each fault." }),
      })
      .nullable()
      .meta({ description: "With the status `failed`: everything that is wrong in the file." }),
    input_file_id: z.string().meta({ description: "As it was sent; empty for a batch of `/v1/images/batches`." }),
    completion_window: z.string().meta({ description: "As it was sent.", example: "24h" }),
    status: z.enum(openAiBatchStatuses).meta({
      description:
        "`failed`: the file has faults, and nothing was started. `in_progress`, also while the batch is paused. `completed`: every request has ended. `cancelling`, `cancelled`. The other words are OpenAI's, and not used.",
    }),
    output_file_id: fileId("The images of completed requests, when the batch has ended; null without any."),
    error_file_id: fileId("Failed and cancelled requests, when the batch has ended; null without any."),
    created_at: z.int().meta({ description: "When it was created, Unix seconds." }),
    in_progress_at: moment("When its requests could start"),
    expires_at: moment("Until when it is remembered"),
    finalizing_at: moment("When the last request ended"),
    completed_at: moment("When it was completed"),
    failed_at: moment("When the faults of its file were found"),
    expired_at: moment("Always null"),
    cancelling_at: moment("When it was cancelled"),
    cancelled_at: moment("When the last request of a cancelled batch ended"),
    request_counts: z
      .object({
        total: count("Requests of the batch."),
        completed: count("With their images."),
        failed: count("Failed."),
      })
      .meta({ description: "How many requests are where." }),
    metadata: z.record(z.string(), z.string()).meta({ description: "As it was sent." }),
  })
  .meta({ id: "OpenAiBatch" });
export type OpenAiBatch = z.infer<typeof openAiBatchSchema>;

export const openAiBatchListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(openAiBatchSchema).meta({ description: "The batches, newest first." }),
    first_id: z.string().nullable().meta({ description: "Id of the first of them." }),
    last_id: z.string().nullable().meta({ description: "Send it as `after` for the next page." }),
    has_more: z.boolean().meta({ description: "Whether there are older ones." }),
  })
  .meta({ id: "OpenAiBatchList" });
