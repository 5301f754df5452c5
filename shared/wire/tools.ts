/** What the tools of an agent take and return: fields of the API's own schemas, as few as a model needs. Pure. */
import * as z from "zod";
import { imageRequestSchema } from "./image-request.ts";
import { maxInputs, maxToolListed, maxToolWaitSeconds, toolWaitSeconds, usualToolListed } from "./limits.ts";
import { modelSchema } from "./models.ts";
import { taskListQuery, taskSchema } from "./task.ts";

const { prompt, model, ratio, resolution, negative_prompt, seed, resend_refused } = imageRequestSchema.shape;
/** A tool makes one task, where a caller of a route who waits gets several. */
const n = imageRequestSchema.shape.n.meta({
  description:
    "How many images, as far as the model can be told: at most as many as it makes at once, which GET /v1/models tells. For more, call this tool again with another seed: an equal call within seconds joins the first. Default: with a key 1, else the model's own number, usually 4.",
});
const ofRequest = { prompt, model, ratio, resolution, negative_prompt, n, seed, resend_refused };

/** A tool has no routes: its descriptions name the tool instead. */
const toldByTool = <T extends z.ZodType>(field: T): T =>
  field.meta({ ...field.meta(), description: field.description?.replaceAll("GET /v1/models", "list_models") });

const requestFields = Object.fromEntries(
  Object.entries(ofRequest).map(([name, field]) => [name, toldByTool(field)]),
) as typeof ofRequest;

const imagesField = z
  .array(z.string())
  .min(1)
  .max(maxInputs)
  .meta({
    description: `1 to ${maxInputs} reference images: public addresses, links of earlier tasks among them, data-URLs or base64.`,
    example: ["https://example.com/cat.png"],
  });

const answerFields = {
  wait_seconds: z
    .int()
    .min(0)
    .max(maxToolWaitSeconds)
    .default(toolWaitSeconds)
    .meta({
      description: `How long to wait for the images before this tool answers; they take one to three minutes. Longer than ${toolWaitSeconds} only if your client waits that long.`,
    }),
  show_images: z
    .boolean()
    .default(false)
    .meta({ description: "Also return small versions of the images to look at, beside the links." }),
};
export type Answering = { wait_seconds: number; show_images: boolean };

const task_id = z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" });

/** Loose, because the API reads names of other servers, too. */
export const generateArguments = z.looseObject({ ...requestFields, ...answerFields });
export const editArguments = z.looseObject({ ...requestFields, images: imagesField, ...answerFields });
export const waitArguments = z.object({ task_id, ...answerFields });
export const cancelArguments = z.object({ task_id });
export const listArguments = z.object({
  limit: z.int().min(1).max(maxToolListed).default(usualToolListed).meta({ description: "How many." }),
  after: taskListQuery.shape.after.meta({ description: "The id of the task after which to go on." }),
  status: taskListQuery.shape.status,
});

/** A task and the links to its images. */
export const toolTaskSchema = taskSchema.pick({
  ...{ task_id: true, status: true, progress: true, images: true, model: true, seed: true },
  ...{ eta_seconds: true, queue_position: true, waiting_for: true, partial: true, partial_reason: true },
  ...{ error: true, error_code: true, created_at: true, expires_at: true },
});
export const toolTasksSchema = z.object({ tasks: z.array(toolTaskSchema), has_more: z.boolean() });
export const toolModelsSchema = z.object({
  models: z.array(
    modelSchema.pick({
      ...{ id: true, name: true, ratios: true, resolutions: true, regions: true, clouds: true },
      ...{ counts: true, default_count: true, max_inputs: true, without_place_for: true },
      ...{ credits_per_image: true, price_per_image: true },
    }),
  ),
});
