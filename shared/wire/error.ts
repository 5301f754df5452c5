/** The body of every error, on every route. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";

export const errorBodySchema = z
  .object({
    error: z
      .object({
        message: z
          .string()
          .meta({ description: "What happened, for a person.", example: "ratio must be one of 1:1, 4:3." }),
        type: z
          .string()
          .meta({ description: "Family of the error, in OpenAI's words.", example: "invalid_request_error" }),
        param: z.string().nullable().meta({ description: "The request field at fault.", example: "ratio" }),
        code: z.enum(errorCodes).meta({ description: "What happened, for a program.", example: "invalid_value" }),
        hint: z.string().meta({
          description: "What to do next; in Chinese where Accept-Language prefers it, else in English.",
        }),
        retryable: z.boolean().meta({ description: "Whether the same request may succeed later." }),
        docs: z.string().meta({ description: "Where the code is explained.", example: "/docs#errors-invalid_value" }),
        task_id: z.string().optional().meta({
          description: "The task that failed, if the caller waited for one. It may be polled.",
        }),
        task_ids: z.array(z.string()).optional().meta({
          description: "All tasks of the request, where it had several.",
        }),
      })
      .meta({ description: "The error." }),
  })
  .meta({ id: "Error", description: "The body of every refusal, on every route." });

export type ErrorBody = z.infer<typeof errorBodySchema>;
