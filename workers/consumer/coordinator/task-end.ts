/** What the coordinator records when a task becomes terminal, beside its row. */
import type { ConsumerConfig } from "#shared/config.ts";
import { log } from "#shared/log.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { statusByPhase } from "#shared/task/view.ts";
import { creditsOf, type UpstreamConfig, upstreamConfigFrom } from "#shared/upstreams/index.ts";
import type { Batches } from "./batches/batches.ts";
import type { Kept } from "./kept.ts";
import { updateListed } from "./listing.ts";
import type { Outbox } from "./outbox.ts";
import { rememberRefusal } from "./refusals.ts";
import type { Ending } from "./totals.ts";

type Parts = Pick<Kept, "keyUses" | "totals"> & {
  sql: DurableObjectStorage["sql"];
  /** May have the Analytics Engine dataset METRICS. */
  env: object;
  outbox: Outbox;
  batches: Batches;
  config: Pick<ConsumerConfig, "UPSTREAM_OVERRIDES">;
};

export class TaskEnds {
  readonly #parts: Parts;
  /** Read with the first task that ends. */
  #prices: UpstreamConfig | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param task terminal. */
  record(task: Task): void {
    const { sql, env, outbox, batches, keyUses, totals } = this.#parts;
    const row = rowOf(task);
    outbox.put(task);
    if (batchOf(task.id) === null) updateListed(sql, task.id, statusByPhase[task.phase]);
    else batches.taskEnded(task, row.endedAt ?? row.updatedAt);
    keyUses.ended(task, row.endedAt ?? row.updatedAt);
    const ending = this.#endingOf(task);
    if (ending !== null) totals.add(ending, row.endedAt ?? row.updatedAt);
    rememberRefusal(sql, row, row.endedAt ?? 0);
    writeDataPoint(env, task);
  }

  #endingOf(task: Task): Ending | null {
    if (!isTerminal(task)) return null;
    const { owner, phase, request, images, createdAt, endedAt } = task;
    const isByKey = request.upstream === "ark";
    this.#prices ??= upstreamConfigFrom(this.#parts.config.UPSTREAM_OVERRIDES);
    const price = isByKey ? null : creditsOf(request, this.#prices);
    return {
      ...{ owner, status: phase, code: rowOf(task).error?.code ?? "" },
      images: images.length,
      imagesByKeys: isByKey ? images.length : 0,
      credits: images.length * (price ?? 0),
      seconds: (endedAt - createdAt) / 1000,
    };
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
