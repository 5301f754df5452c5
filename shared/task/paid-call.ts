/**
 * Paid calls: for some upstreams a task is not one job that is polled, but one or more calls that make images while they
 * are open, and that are charged even when their answer is lost. Each is sent at most once. Pure.
 */
import * as z from "zod";
import { taskErrorSchema } from "#shared/errors.ts";

export const paidCallSchema = z.object({
  /**
   * `waiting`: not sent, or refused so that surely nothing was made; `sent`: handed out, to be sent once;
   * `answered`, `refused`, `lost`: never sent again.
   */
  state: z.enum(["waiting", "sent", "answered", "refused", "lost"]),
  /** Grows when it is handed out; reports name it. */
  attempt: z.int(),
  /** `waiting`: when it may be sent; `sent`: when its answer counts as lost. Unix milliseconds. */
  at: z.number(),
  /** Why it was refused or lost, or why one of its images is missing. */
  error: taskErrorSchema.nullable(),
});
export type PaidCall = z.infer<typeof paidCallSchema>;
