/**
 * The wake-up, the only message of the queue. It names a task, and carries no secret, no prompt and no decision. The
 * coordinator drops it when its step is behind the task's. Pure.
 */
import * as z from "zod";

export const wakeUpSchema = z.object({
  v: z.literal(1),
  /** Names the coordinator that knows the task. */
  owner: z.string().min(1),
  task: z.string().min(1),
  step: z.int().positive(),
});
export type WakeUp = z.infer<typeof wakeUpSchema>;
