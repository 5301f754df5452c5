/** What the coordinator records when a task becomes terminal, beside its row and the outbox. */
import { log } from "#shared/log.ts";
import type { Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { statusByPhase } from "#shared/task/view.ts";
import { updateListed } from "./listing.ts";
import { rememberRefusal } from "./refusals.ts";

/** @param task terminal. @param env may have the Analytics Engine dataset METRICS. */
export function recordEnd(sql: DurableObjectStorage["sql"], task: Task, env: object): void {
  updateListed(sql, task.id, statusByPhase[task.phase]);
  const row = rowOf(task);
  rememberRefusal(sql, row, row.endedAt ?? 0);
  writeDataPoint(env, task);
}

/** Declared here: the generated types have the binding only when an operator configured it. */
type Metrics = { METRICS?: AnalyticsEngineDataset };

/** Blobs: status, model, error code. Doubles: seconds from submit to end, images, reference images. */
function writeDataPoint(env: object, task: Task): void {
  const { owner, phase, request, error, createdAt, endedAt, images, inputs } = rowOf(task);
  const { METRICS } = env as Metrics;
  try {
    METRICS?.writeDataPoint({
      indexes: [owner],
      blobs: [phase, request.model, error?.code ?? ""],
      doubles: [((endedAt ?? createdAt) - createdAt) / 1000, images.length, inputs.length],
    });
  } catch (fault) {
    // A wrong binding must not stop a task from ending.
    log("warn", "not_counted", { owner, error: fault });
  }
}
