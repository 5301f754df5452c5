/** The completed tasks of a batch that are on the page, in the order of its prompts. */
import type { Batch } from "#web/state/batch.ts";
import type { Task } from "#web/state/task.ts";
import { finished } from "#web/state/tasks.ts";

export const tasksOfBatch = ({ batchId }: Batch): Task[] =>
  batchId === null
    ? []
    : finished.value
        .filter(({ batch }) => batch?.id === batchId)
        .sort((one, other) => (one.batch?.line ?? 0) - (other.batch?.line ?? 0));
