/** The parts of a coordinator, each with those it needs. */
import type { ConsumerConfig } from "#shared/config.ts";
import { Alarm } from "./alarm.ts";
import { Batches } from "./batches/batches.ts";
import { BatchMoves } from "./batches/moves.ts";
import { BatchViews } from "./batches/views.ts";
import { Deletions } from "./deletions.ts";
import { LiveTasks } from "./live-tasks.ts";
import { Moves } from "./moves.ts";
import { Outbox } from "./outbox.ts";
import { policyFrom } from "./policy.ts";
import { TaskEnds } from "./task-end.ts";
import { Ticks } from "./ticks.ts";
import { Views } from "./views.ts";
import { Watchers } from "./watchers.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

export function partsOf(storage: DurableObjectStorage, env: ConsumerEnv, config: ConsumerConfig) {
  const { sql } = storage;
  const live = new LiveTasks(sql);
  const webhooks = new Webhooks({ sql, customIdOf: (task) => batches.customIdOf(task) });
  const batches = new Batches(sql, webhooks);
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
  const ends = new TaskEnds({ sql, env, outbox, batches });
  const moves = new Moves({ live, batches, config, ends, ticks, watchers, webhooks });
  const batchViews = new BatchViews(sql, batches, policyFrom(config));
  return {
    ...{ live, batches, webhooks, watchers, ticks, outbox, moves, batchViews },
    deletions: new Deletions({ sql, batchViews, webhooks }),
    alarm: new Alarm(storage, live, batches, webhooks),
    views: new Views(live, watchers, { all: batches, views: batchViews }),
    batchMoves: new BatchMoves({ live, batches, moves }),
  };
}
