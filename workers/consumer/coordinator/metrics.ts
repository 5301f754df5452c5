/**
 * A data point for each task that ended, in Analytics Engine, where the operator bound a dataset as METRICS. Its fields
 * by place: blobs are status, model, error code; doubles are seconds from submit to end, images, reference images.
 */
import { log } from "#shared/log.ts";
import type { Task } from "#shared/task/schema.ts";

/** Named here, because wrangler knows of the binding only where it is set up. */
type Counters = { METRICS?: AnalyticsEngineDataset };

export function writeDataPoint(
  env: object,
  { owner, phase, request, error, createdAt, endedAt, images, inputs }: Task,
): void {
  const { METRICS } = env as Counters;
  try {
    METRICS?.writeDataPoint({
      indexes: [owner],
      blobs: [phase, request.model, error?.code ?? ""],
      doubles: [((endedAt ?? createdAt) - createdAt) / 1000, images.length, inputs.length],
    });
  } catch (fault) {
    // A wrong binding must not keep a task from ending.
    log("warn", "not_counted", { owner, error: fault });
  }
}
