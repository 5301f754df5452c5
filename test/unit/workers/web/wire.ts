/** Whole answers of the API, for tests that bend one field. */
import type { Model } from "#shared/wire/models.ts";
import type { SubmittedTask } from "#shared/wire/submit.ts";
import type { TaskView } from "#shared/wire/task.ts";

export const aTaskView = (bend: Partial<TaskView> = {}): TaskView => {
  const { id = "imgtask_a", created_at = 1 } = bend;
  return {
    id,
    taskId: id,
    task_id: id,
    object: "image.generation.task",
    status: "processing",
    progress: 10,
    createdAt: created_at,
    created_at,
    updated_at: 2,
    expires_at: 3,
    submit_id: "s",
    model: "dreamina-4.5",
    partial: false,
    ...bend,
  };
};

export const aSubmittedTask = (bend: Partial<SubmittedTask> = {}): SubmittedTask => {
  const { id = "imgtask_a", created_at = 1000 } = bend;
  return {
    id,
    task_id: id,
    object: "image.generation.task",
    status: "pending",
    submit_id: "s",
    message: "Task accepted.",
    created: created_at,
    created_at,
    expires_at: 9000,
    poll_url: `/v1/images/tasks/${id}`,
    ...bend,
  };
};

export const aModel = (bend: Partial<Model> = {}): Model => {
  const { counts = [1, 2, 3, 4] } = bend;
  return {
    id: "dreamina-4.5",
    object: "model",
    created: 1_700_000_000,
    owned_by: "dreamina",
    name: "Image 4.5",
    aliases: [],
    ratios: ["1:1", "16:9"],
    resolutions: ["2k"],
    sizes: { "2k": { "16:9": { width: 2560, height: 1440 } } },
    regions: ["us"],
    clouds: [],
    counts,
    max_count: Math.max(...counts),
    default_count: 4,
    max_inputs: 10,
    intelligent_ratio: false,
    ...bend,
  };
};
