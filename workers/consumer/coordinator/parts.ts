/** The parts of a coordinator, each with those it needs. */
import type { ConsumerConfig } from "#shared/config.ts";
import { Alarm } from "./alarm.ts";
import { BatchMoves } from "./batches/moves.ts";
import { batchParts } from "./batches/parts.ts";
import { Deletions } from "./deletions.ts";
import { keptIn } from "./kept.ts";
import { Moves } from "./moves.ts";
import { Outbox } from "./outbox.ts";
import { Pool } from "./pool.ts";
import { Reports } from "./reports.ts";
import { TaskEnds } from "./task-end.ts";
import { Ticks } from "./ticks.ts";
import { Views } from "./views.ts";
import { Watchers } from "./watchers.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

export function partsOf(storage: DurableObjectStorage, env: ConsumerEnv, config: ConsumerConfig) {
  const { sql } = storage;
  const kept = keptIn(sql);
  const { live } = kept;
  const webhooks = new Webhooks({ sql, customIdOf: (task) => batches.customIdOf(task) });
  const { batches, batchViews } = batchParts({ kept, webhooks, config });
  const watchers = new Watchers();
  const ticks = new Ticks(live, env.TASK_QUEUE, webhooks);
  const outbox = new Outbox({
    sql,
    records: env.TASKS,
    inputs: env.INPUTS,
    images: env.IMAGES,
    batches,
    now: Date.now,
  });
  const ends = new TaskEnds({ ...kept, sql, env, outbox, batches, config });
  const reports = new Reports({ ...kept, batches, registry: env.REGISTRY });
  const moves = new Moves({ ...kept, batches, config, ends, ticks, watchers, webhooks });
  return {
    ...{ ...kept, batches, webhooks, watchers, ticks, outbox, moves, batchViews, reports },
    deletions: new Deletions({ sql, batchViews, webhooks }),
    pool: new Pool({ ...kept, moves, batches, config }),
    alarm: new Alarm(storage, { ...kept, batches, webhooks, reports }),
    views: new Views(kept, watchers, { all: batches, views: batchViews }, config),
    batchMoves: new BatchMoves({ live, batches, moves }),
  };
}
