/**
 * Ids of batches and of their tasks. The id of a task names its batch and its place there, so that nothing has to be
 * stored to find it; the last part is random, so that who has one image's link cannot guess another's. Pure.
 */

/** 21 characters of nanoid's alphabet, 126 random bits. */
const random = "[\\w-]{21}";
/** A position below 36^4, in base 36. */
const placeCharacters = 4;

const batchId = new RegExp(`^batch_(${random})$`);
const batchTaskId = new RegExp(`^imgtask_(${random})([0-9a-z]{${placeCharacters}})${random}$`);

/** @param characters 21 random ones. */
export const batchIdOf = (characters: string): string => `batch_${characters}`;

export const isBatchId = (id: string): boolean => batchId.test(id);

/** @param place position in the batch, from 0. @param characters 21 random ones. */
export function batchTaskIdOf(batch: string, place: number, characters: string): string {
  const [, ofBatch] = batchId.exec(batch) ?? [];
  return `imgtask_${ofBatch}${place.toString(36).padStart(placeCharacters, "0")}${characters}`;
}

/** The batch that a task id names; null for a task of no batch. */
export function batchOf(taskId: string): string | null {
  const [, ofBatch] = batchTaskId.exec(taskId) ?? [];
  return ofBatch === undefined ? null : batchIdOf(ofBatch);
}

/** The position in its batch, from 0; null for a task of no batch. */
export function placeOf(taskId: string): number | null {
  const [, , place] = batchTaskId.exec(taskId) ?? [];
  return place === undefined ? null : Number.parseInt(place, 36);
}
