/** An image of a paid call that exists at the upstream and is not stored yet. Pure. */
import * as z from "zod";

export const madeImageSchema = z.object({
  /** Position among the task's images, from 0. */
  index: z.int(),
  source: z.string(),
  /** Open for a limited time. */
  url: z.string(),
  width: z.int(),
  height: z.int(),
  /** When it is to be copied, first or again, unless that is reported before; Unix milliseconds. */
  copyAt: z.number(),
  copyAttempts: z.int(),
  /** Until when it is copied again, Unix milliseconds. */
  giveUpAt: z.number(),
});
export type MadeImage = z.infer<typeof madeImageSchema>;
