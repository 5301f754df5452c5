/**
 * Ids of batches and of their tasks. The id of a task names its batch and its place there, so that nothing has to be
 * stored to find it; the last part is random, so that nobody who has one image's link can guess another's. Pure.
 */

const randomCharacters = 21;
const placeCharacters = 4;
const batchTaskId = /^imgtask_([\w-]{21})([0-9a-z]{4})[\w-]{21}$/;

/** @param random 21 random characters of nanoid's alphabet, 126 bits. */
export const batchIdOf = (random: string): string => `batch_${random}`;

export const isBatchId = (id: string): boolean => /^batch_[\w-]{21}$/.test(id);

/** @param place position in the batch, from 0. @param random 21 random characters. */
export function batchTaskIdOf(batch: string, place: number, random: string): string {
  return `imgtask_${batch.slice(-randomCharacters)}${place.toString(36).padStart(placeCharacters, "0")}${random}`;
}

/** The batch that a task id names; null for a task of no batch. */
export const batchOf = (taskId: string): string | null => {
  const [, random] = batchTaskId.exec(taskId) ?? [];
  return random === undefined ? null : batchIdOf(random);
};

/** The position in its batch, from 0; null for a task of no batch. */
export const placeOf = (taskId: string): number | null => {
  const [, , place] = batchTaskId.exec(taskId) ?? [];
  return place === undefined ? null : Number.parseInt(place, 36);
};
