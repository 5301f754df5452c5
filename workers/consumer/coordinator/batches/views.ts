/** What callers see of an owner's batches. Reads only. */

import { readerTagOf } from "#consumer/coordinator/listing.ts";
import { selectTask } from "#consumer/coordinator/tables.ts";
import type {
  BatchItem,
  BatchItemPage,
  BatchItemQuery,
  BatchItemStatus,
  BatchListAnswer,
  BatchListQuery,
  BatchSnapshot,
  RecallBatchAnswer,
} from "#shared/task/batch.ts";
import { batchOf, placeOf } from "#shared/task/batch-ids.ts";
import type { Snapshot } from "#shared/task/coordinator.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Task } from "#shared/task/phases.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { recordOf, statusByPhase } from "#shared/task/view.ts";
import type { Batches } from "./batches.ts";
import { unstartedOf } from "./item-task.ts";
import { recallBatch } from "./recall.ts";
import type { FoundItem } from "./removal.ts";
import * as rows from "./rows.ts";
import { snapshotOf } from "./snapshot.ts";

type Sql = DurableObjectStorage["sql"];
type Known = Parameters<typeof snapshotOf>[0];

export class BatchViews {
  readonly #sql: Sql;
  readonly #batches: Batches;
  readonly #policy: Policy;
  readonly #known: Known;

  constructor(sql: Sql, known: Known, batches: Batches, policy: Policy) {
    this.#sql = sql;
    this.#known = known;
    this.#batches = batches;
    this.#policy = policy;
  }

  find(id: string, tags: string[], now: number): BatchSnapshot | null {
    const batch = this.#readable(id, tags);
    return batch && snapshotOf(this.#known, batch, now);
  }

  /** @throws Error for an unknown id. */
  require(id: string, now: number): BatchSnapshot {
    const batch = this.#batches.find(id);
    if (batch === null) throw new Error(`The coordinator has no batch ${id}.`);
    return snapshotOf(this.#known, batch, now);
  }

  /** The answer to a call that came before, or whose idempotency key did; null when it is new. */
  recall(given: Parameters<typeof recallBatch>[1], now: number): RecallBatchAnswer | null {
    const known = recallBatch(this.#sql, given, now);
    return known?.kind === "existing" ? { kind: "existing", batch: snapshotOf(this.#known, known.batch, now) } : known;
  }

  list({ tags, limit, after, status }: BatchListQuery, now: number): BatchListAnswer {
    const page = rows.selectBatchPage(this.#sql, { reader: readerTagOf(tags), after, status, limit: limit + 1 });
    if (page === null) return { kind: "unknown_cursor" };
    const batches = page.slice(0, limit).map((batch) => snapshotOf(this.#known, batch, now));
    return { kind: "page", batches, hasMore: page.length > limit };
  }

  /** @param show makes the snapshot of a task as it is now. */
  items(id: string, query: BatchItemQuery, show: (task: Task) => Snapshot): BatchItemPage | null {
    const { tags, limit, after, status } = query;
    const batch = this.#readable(id, tags);
    if (batch === null) return null;
    const ended = rows.itemEnds.find((end) => end === status) ?? null;
    const found = rows.selectItems(this.#sql, batch.seq, {
      ...{ after, ended },
      limit: (status === ended ? limit : batch.total) + 1,
    });
    const items: BatchItem[] = [];
    let last = after;
    for (const item of found) {
      if (items.length === limit) return { items, last, hasMore: true };
      const shown = this.#shown(batch, item, show);
      last = item.place;
      if (status === null || shown.status === status) items.push(shown);
    }
    return { items, last, hasMore: false };
  }

  /** The task of a request that waits, or was cancelled while it did; null for any other. */
  waiting(taskId: string, tags: string[]): Task | null {
    const found = this.#itemOf(taskId, tags);
    if (found === null || found.item.task !== taskId || found.item.result !== null) return null;
    return unstartedOf(found.batch, found.item, this.#policy);
  }

  /** The record of a task that has ended, also of one that failed before its request was made again. */
  ended(taskId: string, tags: string[]): TaskRecord | null {
    const found = this.#itemOf(taskId, tags);
    const result = found && resultOf(found.item, taskId);
    return result?.deletedAt === undefined ? result : null;
  }

  /** The request of a task, with its record once it has ended, deleted or not; null: no such task for these tags. */
  itemOf(taskId: string, tags: string[]): FoundItem | null {
    const found = this.#itemOf(taskId, tags);
    if (found === null) return null;
    const { batch, item } = found;
    const isUnstarted = item.task === taskId && item.result === null && item.ended !== null;
    const unstarted = isUnstarted ? unstartedOf(batch, item, this.#policy) : null;
    const ended = unstarted === null ? resultOf(item, taskId) : recordOf(unstarted, unstarted.updatedAt);
    return { batch: batch.seq, item, ended };
  }

  /** Place of a waiting request among those of its batch, from 1; about, where requests have different sessions. */
  position(taskId: string): number | null {
    const batch = this.#batches.find(batchOf(taskId) ?? "");
    const place = placeOf(taskId);
    if (batch === null || place === null) return null;
    const isAgain = batch.state.queues.some(({ again }) => again.includes(place));
    const ahead = isAgain ? batch.state.waiting : place - Math.min(...batch.state.queues.map(({ next }) => next)) + 1;
    return Math.max(1, Math.min(ahead, batch.state.waiting));
  }

  #shown(batch: rows.Batch, item: rows.Item, show: (task: Task) => Snapshot): BatchItem {
    const { place, customId, result, ended, body } = item;
    const common = { place, customId, line: body.line };
    if (result !== null && ended !== null)
      return { ...common, status: ended, snapshot: { record: result, live: null } };
    const task = selectTask(this.#sql, item.task) ?? unstartedOf(batch, item, this.#policy);
    const status: BatchItemStatus =
      task.phase === "cancelled" || task.phase === "completed" ? task.phase : statusByPhase[task.phase];
    const { record, live } = show(task);
    return { ...common, status, snapshot: { record, live } };
  }

  #itemOf(taskId: string, tags: string[]): { batch: rows.Batch; item: rows.Item } | null {
    const id = batchOf(taskId);
    const place = placeOf(taskId);
    const batch = id === null ? null : this.#readable(id, tags);
    const item = batch === null || place === null ? null : rows.selectItem(this.#sql, batch.seq, place);
    return batch && item && { batch, item };
  }

  #readable(id: string, tags: string[]): rows.Batch | null {
    const batch = this.#batches.find(id);
    return batch?.tags.some((tag) => tags.includes(tag)) ? batch : null;
  }
}

function resultOf(item: rows.Item, taskId: string): TaskRecord | null {
  if (item.task === taskId) return item.result;
  return item.body.earlier.find(({ task }) => task === taskId)?.result ?? null;
}

/** The snapshot of a terminal record: nothing about it changes any more. */
export const endedSnapshot = (record: TaskRecord): Snapshot => ({
  record,
  version: Number.MAX_SAFE_INTEGER,
  live: null,
});
