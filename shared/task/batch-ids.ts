/** Ids of batches. The id of a task of a batch names the batch, so that nothing has to be stored to find it. Pure. */

/** `imgtask_`, 21 characters of the batch, 4 of the position in base 36, 21 of its own. */
const batchTaskId = /^imgtask_([\w-]{21})[0-9a-z]{4}[\w-]{21}$/;

/** The batch that a task id names; null for a task of no batch. */
export const batchOf = (taskId: string): string | null => {
  const [, random] = batchTaskId.exec(taskId) ?? [];
  return random === undefined ? null : `batch_${random}`;
};
