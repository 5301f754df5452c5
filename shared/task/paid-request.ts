/** How paid calls make the images of a request. Pure. */
import * as z from "zod";

export const paidRequestSchema = z.object({
  /** Calls of the task. */
  calls: z.int(),
  /** Images of each call. */
  imagesPerCall: z.int(),
  /** As the upstream takes it: `2048x2048`, or a tier like `2K`, where the model chooses the ratio. */
  size: z.string(),
  watermark: z.boolean(),
  /** Null: the model's own. */
  outputFormat: z.enum(["png", "jpeg"]).nullable(),
  /** Whether the seed is sent. */
  sendsSeed: z.boolean(),
});
export type PaidRequest = z.infer<typeof paidRequestSchema>;
