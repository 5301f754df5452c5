/** The models and what can be asked of each. Pure. */
import * as z from "zod";
import { arkClouds } from "#shared/ark-key-text.ts";
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
      .meta({ description: "Pixels by resolution and ratio. With a session, Dreamina decides in the end." }),
    regions: z.array(z.enum(regionIds)).meta({ description: "Regions whose sessions can use it." }),
    clouds: z.array(z.enum(arkClouds)).meta({
      description:
        "Clouds whose keys can use it: `cn` Volcengine Ark, `ap` and `eu` BytePlus ModelArk. Such images are paid for in money, one call each.",
      example: ["ap"],
    }),
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
    formats: z
      .array(z.enum(["png", "jpeg"]))
      .optional()
      .meta({ description: "Values `output_format` may have, with a key." }),
    without_place_for: z
      .array(z.string())
      .optional()
      .meta({ description: "Fields that it has no place for: they are refused.", example: ["negative_prompt"] }),
    intelligent_ratio: z.boolean().meta({ description: "Whether it can choose the ratio from the prompt." }),
    credits_per_image: z
      .record(z.string(), z.number())
      .optional()
      .meta({ description: "What an image was seen to cost, by resolution. Changes often; accounts differ." }),
    price_per_image: z
      .partialRecord(
        z.enum(arkClouds),
        z
          .object({
            currency: z.enum(["USD", "CNY"]).meta({ description: "ISO 4217." }),
            amount: z.number().meta({ description: "The least that one image costs.", example: 0.04 }),
            note: z.string().optional().meta({ description: "What costs more." }),
            seen: z.string().meta({ description: "When the price was read.", example: "2026-10-08" }),
          })
          .meta({ description: "The price of one cloud." }),
      )
      .optional()
      .meta({ description: "What an image costs with a key, by cloud, as far as it is known. Clouds change prices." }),
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
