/** The request of a task as its caller wrote it, in the names of this API. Pure. */
import * as z from "zod";
import { imageRequestSchema } from "./image-request.ts";

const { shape } = imageRequestSchema;

/** Sent again as the body of a request, with the task's seed, it asks for the same images. */
export const keptRequestSchema = z
  .object({
    prompt: shape.prompt,
    model: shape.model,
    ratio: shape.ratio,
    resolution: shape.resolution,
    size: shape.size,
    quality: shape.quality,
    negative_prompt: shape.negative_prompt,
    sample_strength: shape.sample_strength,
    intelligent_ratio: shape.intelligent_ratio,
    n: shape.n,
    seed: shape.seed,
    output_format: shape.output_format,
    watermark: shape.watermark,
  })
  .meta({ id: "KeptRequest" });
export type KeptRequest = z.infer<typeof keptRequestSchema>;

/** Beside the request, its task's seed, and how many reference images it had: they are not kept. */
export const keptSchema = z.object({ request: keptRequestSchema, seed: z.int().optional(), input_images: z.int() });
export type Kept = z.infer<typeof keptSchema>;
