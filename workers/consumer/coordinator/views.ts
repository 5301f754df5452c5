/** What callers see of an owner's tasks. Reads only. */
import { holdMs } from "#consumer/limits.ts";
import type { ConsumerConfig } from "#shared/config.ts";
import type {
  Deleted,
  ListAnswer,
  Listed,
  ListQuery,
  Overview,
  Snapshot,
  TaskUnderWay,
} from "#shared/task/coordinator.ts";
import { isDeleted, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { snapshotOf } from "#shared/task/view.ts";
import type { Batches } from "./batches/batches.ts";
import { type BatchViews, endedSnapshot } from "./batches/views.ts";
import { selectDeletedImages } from "./effects.ts";
import type { Kept } from "./kept.ts";
import { isListedDeleted, list, search } from "./listing.ts";
import { type Concurrency, concurrencyOf, overview, readSessions, type Sessions, waitsForPool } from "./sessions.ts";
import { selectTask } from "./tables.ts";
import type { Watchers } from "./watchers.ts";

export class Views {
  readonly #live: Kept["live"];
  readonly #watchers: Watchers;
  /** Positions of the parked tasks, cached until the next change: many callers may poll at once. */
  #parkedPositions: Map<string, number> | null = null;
  /** Cached, too. */
  #sessions: Sessions | null = null;

  readonly #batches: Batches;
  readonly #ofBatches: BatchViews;
  readonly #kept: Kept;
  readonly #concurrency: Concurrency;

  constructor(kept: Kept, watchers: Watchers, batches: { all: Batches; views: BatchViews }, config: ConsumerConfig) {
    this.#concurrency = concurrencyOf(config);
    this.#kept = kept;
    this.#live = kept.live;
    this.#watchers = watchers;
    this.#batches = batches.all;
    this.#ofBatches = batches.views;
  }

  /** Tasks have changed. */
  changed(): void {
    this.#parkedPositions = null;
    this.#sessions = null;
  }

  /** The task, if one of its tags is among these; else null. Also one that waits in its batch. */
  find(id: string, tags: string[]): Task | null {
    const task = selectTask(this.#live.sql, id);
    if (task === null) return this.#ofBatches.waiting(id, tags);
    return !isDeleted(task) && task.tags.some((tag) => tags.includes(tag)) ? task : null;
  }

  /** Of a task without a batch. */
  deleted(id: string): Deleted {
    const { sql } = this.#live;
    return { isDeleted: isListedDeleted(sql, id), images: selectDeletedImages(sql, id) };
  }

  /** A task of a batch that ended, and whose own row is deleted. */
  ended(id: string, tags: string[]): Snapshot | null {
    const record = this.#ofBatches.ended(id, tags);
    return record && endedSnapshot(record);
  }

  snapshot(task: Task, now: number): Snapshot {
    if (task.phase !== "parked") return snapshotOf(task, now, null);
    this.#parkedPositions ??= new Map(this.#live.parkedIds().map((id, index) => [id, index + 1]));
    this.#sessions ??= readSessions(this.#kept, this.#concurrency);
    const position = this.#parkedPositions.get(task.id) ?? this.#ofBatches.position(task.id);
    const isForPool = waitsForPool(task, this.#sessions, { configured: this.#concurrency, now });
    return snapshotOf(task, now, position, isForPool);
  }

  /**
   * The task, at most a second after the caller's poll, when the answer to the next look or the images should be there
   * by then.
   * @param polledAt Unix milliseconds.
   */
  async afterNews(seen: Task, tags: string[], polledAt: number): Promise<Task | null> {
    const until = polledAt + holdMs;
    let task: Task | null = seen;
    while (task !== null && Date.now() < until && isNewsNear(task, until)) {
      if (task.version !== seen.version && task.phase !== "storing") break;
      await this.#watchers.change(seen.id, until - Date.now());
      task = this.find(seen.id, tags);
    }
    return task;
  }

  overview(): Overview {
    return overview(this.#kept, {
      configured: this.#concurrency,
      now: Date.now(),
      inBatches: this.#batches.countWaiting(),
    });
  }

  underWay({ limit, withPrompts }: { limit: number; withPrompts: boolean }): TaskUnderWay[] {
    const now = Date.now();
    return this.#live.firstTasks(limit).map((task) => {
      const { record, live } = this.snapshot(task, now);
      const { id, owner, tags, model, progress, createdAt, status } = record;
      const { session } = rowOf(task);
      return {
        ...{ id, owner, tags, model, progress, createdAt },
        status: status === "processing" ? "processing" : "pending",
        images: task.request.count,
        credential: session === null ? null : (this.#kept.known.read(session)?.label ?? null),
        waitingFor: live?.waitingFor ?? null,
        prompt: withPrompts ? task.request.prompt : null,
      };
    });
  }

  list(query: ListQuery): ListAnswer {
    return list(this.#live.sql, query, (task) => this.snapshot(task, Date.now()));
  }

  search(submitIds: string[], tags: string[]): Listed[] {
    return search(this.#live.sql, { submitIds, tags }, (task) => this.snapshot(task, Date.now()));
  }
}

function isNewsNear(task: Task, until: number): boolean {
  if (task.phase === "storing") return true;
  return task.phase === "running" && (task.leaseUntil !== null || task.wakeAt < until);
}
