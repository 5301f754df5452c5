/** What the coordinator records when a task becomes terminal, beside its row. */
import { log } from "#shared/log.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import type { Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { statusByPhase } from "#shared/task/view.ts";
import type { Batches } from "./batches/batches.ts";
import type { KeyUses } from "./key-uses.ts";
import { updateListed } from "./listing.ts";
import type { Outbox } from "./outbox.ts";
import { rememberRefusal } from "./refusals.ts";

type Parts = {
  sql: DurableObjectStorage["sql"];
  /** May have the Analytics Engine dataset METRICS. */
  env: object;
  outbox: Outbox;
  batches: Batches;
  keyUses: KeyUses;
};

export class TaskEnds {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param task terminal. */
  record(task: Task): void {
    const { sql, env, outbox, batches, keyUses } = this.#parts;
    const row = rowOf(task);
    outbox.put(task);
    if (batchOf(task.id) === null) updateListed(sql, task.id, statusByPhase[task.phase]);
    else batches.taskEnded(task, row.endedAt ?? row.updatedAt);
    keyUses.ended(task, row.endedAt ?? row.updatedAt);
    rememberRefusal(sql, row, row.endedAt ?? 0);
    writeDataPoint(env, task);
  }
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
