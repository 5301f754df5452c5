/** The reference images of a task: as the caller sent them, and as the upstream has them. Pure. */
import * as z from "zod";

/** A reference image the caller sent, in the INPUTS bucket until the task ends. */
export const stagedInputSchema = z.object({
  /** Key in the INPUTS bucket. */
  key: z.string(),
  bytes: z.int(),
  /** By its first bytes, e.g. `image/png`. */
  contentType: z.string(),
  /** CRC-32 (IEEE), 8 lower-case hex digits: the upstream wants it before the bytes. */
  crc32: z.string(),
});
export type StagedInput = z.infer<typeof stagedInputSchema>;

/** A reference image as the upstream has it. */
export const uploadSchema = z.object({
  /** Position among the task's inputs, from 0. */
  index: z.int(),
  uri: z.string(),
  /** Pixels and format as the upstream read them; 0 and empty when it did not send them. */
  width: z.int(),
  height: z.int(),
  format: z.string(),
});
export type Upload = z.infer<typeof uploadSchema>;

/** The index of the first reference image that is not uploaded yet; null when all are. */
export function firstMissingInput(task: { inputs: StagedInput[]; uploads: Upload[] }): number | null {
  const there = new Set(task.uploads.map((upload) => upload.index));
  const index = task.inputs.findIndex((_input, place) => !there.has(place));
  return index === -1 ? null : index;
}
