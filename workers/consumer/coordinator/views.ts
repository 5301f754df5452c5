/** What callers see of an owner's tasks. Reads only. */
import { holdMs } from "#consumer/limits.ts";
import type { ListAnswer, Listed, ListQuery, Snapshot } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import { snapshotOf } from "#shared/task/view.ts";
import { list, search } from "./listing.ts";
import { selectParkedPlaces, selectTask } from "./tables.ts";
import type { Watchers } from "./watchers.ts";

type Sql = DurableObjectStorage["sql"];

export class Views {
  readonly #sql: Sql;
  readonly #watchers: Watchers;
  /** Positions of the parked tasks, cached until the next change: many callers may poll at once. */
  #parkedPositions: Map<string, number> | null = null;

  constructor(sql: Sql, watchers: Watchers) {
    this.#sql = sql;
    this.#watchers = watchers;
  }

  /** Tasks have changed. */
  changed(): void {
    this.#parkedPositions = null;
  }

  /** The task, if one of its tags is among these; else null. */
  find(id: string, tags: string[]): Task | null {
    const task = selectTask(this.#sql, id);
    return task?.tags.some((tag) => tags.includes(tag)) ? task : null;
  }

  snapshot(task: Task, now: number): Snapshot {
    if (task.phase !== "parked") return snapshotOf(task, now, null);
    this.#parkedPositions ??= selectParkedPlaces(this.#sql);
    return snapshotOf(task, now, this.#parkedPositions.get(task.id) ?? null);
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

  list(query: ListQuery): ListAnswer {
    return list(this.#sql, query, (task) => this.snapshot(task, Date.now()));
  }

  search(submitIds: string[], tags: string[]): Listed[] {
    return search(this.#sql, { submitIds, tags }, (task) => this.snapshot(task, Date.now()));
  }
}

function isNewsNear(task: Task, until: number): boolean {
  if (task.phase === "storing") return true;
  return task.phase === "running" && (task.leaseUntil !== null || task.wakeAt < until);
}
