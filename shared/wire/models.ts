/** The models and what can be asked of each. Pure. */
import * as z from "zod";
import { regionIds } from "#shared/region-ids.ts";

const pixels = z
  .object({ width: z.int().meta({ description: "Pixels." }), height: z.int().meta({ description: "Pixels." }) })
  .meta({ description: "Size of an image." });

export const modelSchema = z
  .object({
    id: z.string().meta({ description: "Send this as `model`.", example: "dreamina-4.5" }),
    object: z.literal("model").meta({ description: "What this is." }),
    created: z.int().meta({ description: "Always the same; OpenAI clients want it." }),
    owned_by: z.string().meta({ description: "Who makes the model." }),
    name: z.string().meta({ description: "For people.", example: "Image 4.5" }),
    aliases: z.array(z.string()).meta({ description: "Other names that mean the same model." }),
    ratios: z.array(z.string()).meta({ description: "Ratios it takes." }),
    resolutions: z.array(z.string()).meta({ description: "Resolutions it takes." }),
    sizes: z
      .record(z.string(), z.record(z.string(), pixels))
      .meta({ description: "Pixels by resolution and ratio. Dreamina decides in the end." }),
    regions: z.array(z.enum(regionIds)).meta({ description: "Regions whose accounts have it." }),
    restricted: z
      .record(
        z.string(),
        z
          .object({ ratios: z.array(z.string()).meta({ description: "The only ratios it takes there." }) })
          .meta({ description: "The remaining values." }),
      )
      .optional()
      .meta({ description: "Regions where less is possible than the lists above say." }),
    counts: z.array(z.int()).meta({ description: "Values `n` may have." }),
    max_count: z.int().meta({ description: "The most images of one task." }),
    default_count: z.int().meta({ description: "Images when `n` is not given." }),
    max_inputs: z.int().meta({ description: "The most reference images." }),
    intelligent_ratio: z.boolean().meta({ description: "Whether it can choose the ratio from the prompt." }),
    credits_per_image: z
      .record(z.string(), z.number())
      .optional()
      .meta({ description: "What an image was seen to cost, by resolution. Changes often; accounts differ." }),
  })
  .meta({ id: "Model" });

export type Model = z.infer<typeof modelSchema>;
export type Pixels = z.infer<typeof pixels>;

/** The path parameters of a model. */
export const modelParams = z.object({ id: z.string().meta({ description: "Id or alias.", example: "dreamina-4.5" }) });

export const modelListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(modelSchema).meta({ description: "The models, newest first." }),
  })
  .meta({ id: "ModelList" });
