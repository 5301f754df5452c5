/** Headers and query of a submit, and its answers: the task, or its images in the form of OpenAI. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";

/** Response header of Stripe's API: the task existed before this request. */
export const replayedHeader = "Idempotent-Replayed";

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().max(255).optional().meta({
    description:
      "Your own word for this request: sent again with the same body, it answers with the same task instead of making another. A word of its own makes each of several equal requests another task, also within the seconds in which they would join. An empty one counts as none.",
  }),
});

export const submitHeaders = idempotencyHeader.extend({
  prefer: z.string().optional().meta({
    description:
      "`wait`, or `wait=<seconds>` up to 600: answer with the images. `respond-async`: answer with the task at once. Goes before everything else that decides about waiting, but for `stream: true`, which always streams.",
    example: "wait=120",
  }),
});

export const submitQuery = z.object({
  wait: z.string().optional().meta({
    description: "Seconds to wait for the images, 0 to 600; without a number, up to 280. Like `Prefer: wait`.",
    example: "120",
  }),
});

/** The accepted task. */
export const submittedSchema = z
  .object({
    id: z.string().meta({ description: "The task's id." }),
    task_id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("image.generation.task").meta({ description: "What this is." }),
    status: z.enum(["pending", "processing", "queued"]).meta({
      description:
        "`pending`: accepted, waiting. `processing`, after waiting in vain: running. `queued`, under `/async`: the same as `pending`.",
    }),
    task_ids: z.array(z.string()).optional().meta({
      description: "Every task of the request, in the order of their images, where several make them; absent for one.",
    }),
    submit_id: z.string().meta({ description: "The id under which Dreamina knows the job." }),
    message: z.string().meta({ description: "What to do next, for a person." }),
    created: z.int().meta({ description: "When it was accepted, Unix seconds." }),
    created_at: z.int().meta({ description: "The same as `created`." }),
    expires_at: z.int().meta({ description: "Until when the task is remembered, Unix seconds." }),
    poll_url: z.string().meta({ description: "Where to ask for it." }),
    estimated_credits: z.number().optional().meta({
      description:
        "What it should cost, by the last price seen for the model; absent where none is known. Dreamina decides.",
    }),
    input_images: z.int().optional().meta({
      description: "How many reference images it has; absent for text to image.",
    }),
  })
  .meta({ id: "TaskSubmitted" });

export type SubmittedTask = z.infer<typeof submittedSchema>;

const zero = (what: string) => z.literal(0).meta({ description: `${what}: not counted here, always 0.` });

/** The images, to a caller that waits. */
export const imagesSchema = z
  .object({
    created: z.int().meta({ description: "When the images were ready, Unix seconds.", example: 1706000042 }),
    data: z
      .array(
        z.object({
          url: z.string().optional().meta({
            description: "Link to the image, in your own bucket.",
            example: "https://api.example.com/images/imgtask_…/0.png",
          }),
          b64_json: z.string().optional().meta({ description: "The image's bytes as base64." }),
        }),
      )
      .meta({ description: "The images: as many as `n` says, if Dreamina made that many." }),
    output_format: z.string().meta({ description: "The format the images are stored in.", example: "png" }),
    usage: z
      .object({
        total_tokens: zero("Tokens in all"),
        input_tokens: zero("Tokens of the request"),
        output_tokens: zero("Tokens of the answer"),
        input_tokens_details: z
          .object({ image_tokens: zero("Tokens of images"), text_tokens: zero("Tokens of texts") })
          .meta({ description: "Tokens by kind." }),
      })
      .meta({ description: "For clients that read it." }),
    task_id: z.string().meta({ description: "The task behind it.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    partial: z.boolean().optional().meta({
      description: "True when a task has fewer images than planned; absent otherwise.",
    }),
    partial_code: z.enum(errorCodes).optional().meta({ description: "Why, for a program, where that is known." }),
    partial_reason: z.string().optional().meta({ description: "Why, for a person." }),
    task_ids: z.array(z.string()).optional().meta({
      description: "Every task behind it, in the order of their images, where `n` took several; absent for one.",
    }),
  })
  .meta({ id: "Pictures", description: "OpenAI's answer to an image request." });
