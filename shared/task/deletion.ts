/** What a deletion leaves of a task that has ended, and of its record. Pure. */
import type { Ended } from "./phases.ts";
import type { TaskRecord } from "./task-record.ts";

type WithImages = Pick<TaskRecord, "images" | "deletedImages">;

const noImages: Pick<WithImages, "images"> = { images: [] };

export const hasImage = ({ images }: Pick<WithImages, "images">, index: number): boolean =>
  images.some((image) => image.index === index);

/** Without one image. The same again changes nothing. */
export function withoutImage<T extends WithImages>(from: T, index: number): T {
  const deletedImages = [...new Set([...(from.deletedImages ?? []), index])].sort((one, other) => one - other);
  return { ...from, images: from.images.filter((image) => image.index !== index), deletedImages };
}

/** The row that is left of a deleted task. @param now Unix milliseconds. */
export const emptiedTask = (task: Ended, now: number): Ended => ({
  ...task,
  ...noImages,
  ...{ sealedRequest: null, contents: null, deletedAt: now, updatedAt: now, version: task.version + 1 },
});

/** The record that is left of a deleted task of a batch. @param now Unix milliseconds. */
export function emptiedRecord({ sealedRequest: _, ...record }: TaskRecord, now: number): TaskRecord {
  return { ...record, ...noImages, deletedAt: now };
}
