/** The record of a task in KV, with its images. Fields that were added later have defaults. Pure. */
import * as z from "zod";
import { taskErrorSchema } from "#shared/errors.ts";

/** An image in the IMAGES bucket. */
export const storedImageSchema = z.object({
  /** Position among the task's images, from 0. */
  index: z.int(),
  /** Key in the IMAGES bucket; links are made from it when they are shown. */
  key: z.string(),
  /** The upstream's name for the image, the same in every poll. */
  source: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  contentType: z.string(),
});
export type StoredImage = z.infer<typeof storedImageSchema>;

/** A request that only its readers can open, each with a secret of their own. */
export const sealedRequestSchema = z.object({
  /** The key of `text`, sealed for each of the task's tags, in their order. */
  keys: z.array(z.string()),
  text: z.string(),
});
export type SealedRequest = z.infer<typeof sealedRequestSchema>;

export const statuses = ["pending", "processing", "completed", "failed"] as const;

/** The record of a task in KV, from which every view is made. Moments are Unix milliseconds. */
export const taskRecordSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  owner: z.string(),
  tags: z.array(z.string()),
  submitId: z.string(),
  model: z.string(),
  /** The request as its caller wrote it. Absent where it is not kept, and in records of earlier versions. */
  sealedRequest: sealedRequestSchema.optional(),
  status: z.enum(statuses),
  progress: z.int(),
  images: z.array(storedImageSchema),
  partial: z.boolean(),
  /** Why images are missing of a partial task, where that is known. */
  partialReason: taskErrorSchema.optional(),
  error: taskErrorSchema.nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  endedAt: z.number().nullable(),
  /** Places of images that were deleted, ascending. */
  deletedImages: z.array(z.int()).optional(),
  /** When the whole task was deleted; only a task of a batch has a record then. */
  deletedAt: z.number().optional(),
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;
