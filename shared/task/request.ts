/** The request of a task, as it is stored. Pure. */
import * as z from "zod";
import { upstreamIds } from "#shared/upstream-ids.ts";
import { paidRequestSchema } from "./paid-request.ts";

/** The request, checked, with every default filled in. */
export const taskRequestSchema = z.object({
  /** Public model id, e.g. `dreamina-4.5`. */
  model: z.string(),
  prompt: z.string(),
  negativePrompt: z.string(),
  ratio: z.string(),
  resolution: z.string(),
  /** 0 … 1, how far the model may go from its starting point. */
  sampleStrength: z.number(),
  /** The model picks the ratio from the prompt. */
  intelligentRatio: z.boolean(),
  /** Images the caller wants; null: the model's own number (usually 4). */
  count: z.int().nullable(),
  /**
   * Images requested of the upstream: the number that is sent, else the model's own. Null where the prompt may ask for
   * another number, and in tasks of earlier versions.
   */
  asked: z.int().nullable().default(null),
  /** The upstream that makes it. */
  upstream: z.enum(upstreamIds).default("dreamina"),
  /** How paid calls make its images; null: one job, which is submitted and polled. */
  paid: paidRequestSchema.nullable().default(null),
  /** Drawn at creation unless the caller named one: a repeated submit has the same seed. */
  seed: z.int(),
});
export type TaskRequest = z.infer<typeof taskRequestSchema>;

/** The request of a task that has ended. */
export const withoutPrompts = (request: TaskRequest): TaskRequest => ({ ...request, prompt: "", negativePrompt: "" });

/** Images of a job without another number: dreamina.capcut.com and jimeng.jianying.com, every model but few. */
export const usualImages = 4;

/** Images that a request is held to make until it is known. */
export const plannedImages = (request: Pick<TaskRequest, "asked" | "count">): number => askedOf(request) ?? usualImages;

/** Images requested of the upstream; null: unknown. Tasks of earlier versions have only the caller's number. */
export const askedOf = ({ asked, count }: Pick<TaskRequest, "asked" | "count">): number | null => asked ?? count;
