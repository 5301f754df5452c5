/** The staged reference images of one submit: a stage for each of its tasks, because each task removes its own. */
import type { FetchContext } from "#api/request/inputs/fetch-input.ts";
import { InputStage, type RequestInput } from "#api/request/inputs/stage-inputs.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import type { Creation } from "./create.ts";

export function openStages(bucket: R2Bucket, taskId: string) {
  const first = new InputStage(bucket, taskId);
  const stages = [first];
  const clearAll = async (unwanted: typeof stages) => {
    await Promise.all(unwanted.map((stage) => stage.clear()));
  };

  return {
    /** The first task's: files in the body of the request go there while it is read. */
    first,

    /** Stages the inputs for every task, in order. @throws AppError for the first input that cannot be staged. */
    async fill(inputs: RequestInput[], taskIds: string[], outside: FetchContext): Promise<StagedInput[][]> {
      const staged = [await first.stageInputs(inputs, outside)];
      for (const id of taskIds.slice(1)) {
        const stage = new InputStage(bucket, id);
        stages.push(stage);
        staged.push(await stage.copy(staged[0] ?? []));
      }
      return staged;
    },

    clear: () => clearAll(stages),

    /**
     * Clears the stages of tasks that existed before, and of those that were never attempted. A task that could not be
     * created may exist nevertheless, and keeps its stage.
     */
    clearUnused: (creations: Creation[]) =>
      clearAll(stages.filter((_, index) => creations[index]?.kind === "existing" || index > creations.length)),
  };
}
