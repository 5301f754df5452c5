/**
 * The batches of one owner. Their requests wait here, not as tasks: one becomes a task when a slot is free for it. The
 * batches that have not ended are kept in memory, too; the coordinator is the only writer of their rows.
 */
import { nanoid } from "nanoid";
import { deleteOutboxOf, insertOutbox } from "#consumer/coordinator/effects.ts";
import { readerTagOf } from "#consumer/coordinator/listing.ts";
import { hasTask, insertIdempotencyKey } from "#consumer/coordinator/tables.ts";
import type { Webhooks } from "#consumer/coordinator/webhooks/webhooks.ts";
import { inputsKeptMs, inputsNeededMs } from "#consumer/limits.ts";
import type { TaskError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import type { BatchChange, NewBatch } from "#shared/task/batch.ts";
import { batchOf, batchTaskIdOf, placeOf } from "#shared/task/batch-ids.ts";
import { isTerminal, type Parked, type Task } from "#shared/task/phases.ts";
import { recordOf } from "#shared/task/view.ts";
import type { BatchEvent } from "#shared/task/webhook.ts";
import { parkedOf } from "./item-task.ts";
import * as rows from "./rows.ts";

type Sql = DurableObjectStorage["sql"];

/** What became of the attempt to start a request. */
export type Started =
  | { kind: "started"; insert: () => void }
  /** None of its sessions has a free slot. */
  | { kind: "wait" }
  /** None of its sessions can be used. */
  | { kind: "none"; reason: TaskError | null };

type Start = (task: Parked, body: rows.ItemBody) => Started;

type Change = Partial<rows.BatchState>;

/** Whom to tell about batches. */
type BatchWebhooks = Pick<Webhooks, "register" | "batchChanged" | "unregister">;

type KeepSession = (session: NewBatch["sessions"][number], pool: NewBatch["pool"]) => void;

export class Batches {
  readonly #sql: Sql;
  /** By id; the one whose turn it is comes first. Null: not read yet. */
  #active: Map<string, rows.Batch> | null = null;
  /** When the first batch is to be cancelled or deleted, Unix milliseconds. Undefined: not read. */
  #firstExpiry: number | null | undefined;
  readonly #webhooks: BatchWebhooks;
  readonly #keep: KeepSession;

  constructor(sql: Sql, webhooks: BatchWebhooks, keep: KeepSession) {
    this.#sql = sql;
    this.#keep = keep;
    this.#webhooks = webhooks;
  }

  forget(): void {
    this.#active = null;
    this.#firstExpiry = undefined;
  }

  create(given: NewBatch, now: number): rows.Batch {
    const { id, owner, tags, groups, inputKeys, metadata, estimatedCredits, keptMs, items, sessions, pool } = given;
    for (const session of sessions) this.#keep(session, pool);
    const state: rows.BatchState = {
      status: "in_progress",
      ...{ waiting: items.length, processing: 0, completed: 0, failed: 0, cancelled: 0 },
      queues: groups.map(() => ({ next: 0, again: [] })),
      ...{ begunAt: now, startedAt: null, endedAt: null, paceFrom: null, pausedReason: null },
      ...{ isWithoutInputs: false, cancellingAt: null },
      // A file of requests that cannot be taken.
      ...(items.length === 0 && { status: "completed", endedAt: now }),
    };
    const { origin, requestKeys = [] } = given;
    const fixed = {
      owner,
      tags,
      requestKeys,
      groups,
      inputKeys,
      metadata,
      estimatedCredits,
      keptMs,
      origin,
      createdAt: now,
    };
    const batch: rows.Batch = { seq: 0, id, ...fixed, total: items.length, state };
    batch.seq = rows.insertBatch(this.#sql, batch, readerTagOf(tags));
    for (const [place, { task, customId, sealedRequest = null, ...rest }] of items.entries()) {
      rows.insertItem(this.#sql, batch.seq, { place, customId, task, body: { ...rest, sealedRequest, earlier: [] } });
    }
    if (given.webhook) this.#webhooks.register(id, given.webhook, given, now);
    if (given.idempotency) insertIdempotencyKey(this.#sql, given.idempotency.key, given.idempotency.bodyHash, id);
    if (state.endedAt === null) this.#all().set(id, batch);
    this.#firstExpiry = undefined;
    log("info", "batch_created", { batch: id, owner, requests: items.length });
    return batch;
  }

  /** Whether any request waits for a slot. */
  hasWaiting(): boolean {
    return this.#waiting().length > 0;
  }

  hasActive(): boolean {
    return this.#all().size > 0;
  }

  /** Of paused batches none waits: they do nothing until they are resumed. */
  countWaiting(): number {
    return this.#waiting().reduce((sum, { state }) => sum + state.waiting, 0);
  }

  /** The oldest batch with requests that wait; null when there is none. */
  firstWaiting(): Pick<rows.Batch, "id" | "createdAt"> | null {
    return this.#waiting().reduce<rows.Batch | null>(
      (first, batch) => (first === null || batch.seq < first.seq ? batch : first),
      null,
    );
  }

  #waiting(): rows.Batch[] {
    return [...this.#all().values()].filter(isWaiting);
  }

  /**
   * Starts the next request of the batch whose turn it is, or of the first behind it that can.
   * @param hasFreeSlot whether any session has one. Without one, a batch that has tasks under way only waits for them.
   * @param start places the task of a request on a session.
   */
  startOne(now: number, hasFreeSlot: boolean, start: Start): boolean {
    for (const batch of [...this.#all().values()]) {
      if (batch.state.status !== "in_progress" || (!hasFreeSlot && batch.state.processing > 0)) continue;
      if (this.#startOf(batch, now, start)) return true;
    }
    return false;
  }

  /** Starts the first request that can be. When no request that waits has a session that can be used, the batch pauses. */
  #startOf(batch: rows.Batch, now: number, start: Start): boolean {
    const reasons: (TaskError | null)[] = [];
    let isWaiting = false;
    const { candidates, queues } = this.#nextOf(batch);
    for (const { item, group } of candidates) {
      const started = start(parkedOf(batch, item, now), item.body);
      if (started.kind === "wait") isWaiting = true;
      else if (started.kind === "none") reasons.push(started.reason);
      else {
        const { waiting, processing, startedAt, paceFrom } = batch.state;
        const begun = this.#save(
          batch,
          {
            queues: queues.map((queue, index) => (index === group ? behind(queue, item.place) : queue)),
            ...{ waiting: waiting - 1, processing: processing + 1, startedAt: startedAt ?? now },
            paceFrom: paceFrom ?? { at: now, ended: countEnded(batch.state) },
          },
          now,
        );
        // The next turn is another batch's.
        this.#all().delete(batch.id);
        this.#all().set(batch.id, begun);
        started.insert();
        return true;
      }
    }
    const [reason] = reasons;
    if (isWaiting || reason === undefined) {
      // In memory only: nothing has changed but what need not be looked through again.
      this.#all().set(batch.id, { ...batch, state: { ...batch.state, queues } });
      return false;
    }
    log("warn", "batch_paused", { batch: batch.id, owner: batch.owner, code: reason?.code ?? null });
    this.#save(batch, { queues, status: "paused", pausedReason: reason, paceFrom: null }, now);
    return false;
  }

  /** A request that waits becomes a task now, without a slot; false when the task exists already, or is of no batch. */
  takeOut(task: Task, now: number): boolean {
    const batch = this.#batchOfTask(task.id);
    if (batch === null || hasTask(this.#sql, task.id)) return false;
    const { waiting, processing } = batch.state;
    this.#save(batch, { waiting: waiting - 1, processing: processing + 1 }, now);
    return true;
  }

  /** A task that never began waits as a request again; false where that cannot be. */
  takeBack({ id, resubmits }: Parked, now: number): boolean {
    const batch = this.#batchOfTask(id);
    const place = placeOf(id);
    if (batch === null || place === null || batch.state.status === "cancelling") return false;
    // Of a submit whose answer was lost, a late report may still come: it must find the task.
    if (resubmits > 0) return false;
    const item = rows.selectItem(this.#sql, batch.seq, place);
    if (item === null) return false;
    const { waiting, processing, queues } = batch.state;
    this.#save(
      batch,
      {
        ...{ waiting: waiting + 1, processing: processing - 1 },
        queues: queues.map(({ next, again }, group) => ({
          next: group === item.body.group ? Math.min(next, place) : next,
          again,
        })),
      },
      now,
    );
    return true;
  }

  /** The task of a request has ended. @param task terminal. */
  taskEnded(task: Task, now: number): void {
    const batch = this.#batchOfTask(task.id);
    const place = placeOf(task.id);
    if (batch === null || place === null || !isTerminal(task)) return;
    const ended = task.phase;
    rows.updateEnded(this.#sql, batch.seq, { place, ended, result: recordOf(task, now) });
    const { state } = batch;
    this.#save(batch, { processing: state.processing - 1, [ended]: state[ended] + 1 }, now);
  }

  /** @returns why it cannot be done; null when it is done. */
  change(id: string, { action, sessions, pool }: BatchChange, now: number): string | null {
    const batch = this.find(id);
    if (batch === null) return "There is no such batch.";
    const { status, waiting, cancelled, failed } = batch.state;
    const isRunning = status === "in_progress" || status === "paused";
    // Those of an ended batch were deleted.
    const own = new Set(batch.groups.flat());
    for (const session of sessions) if (own.has(session.tag)) this.#keep(session, pool);
    switch (action) {
      case "pause":
        if (status === "paused") return null;
        if (status !== "in_progress") return `The batch is ${status}; only one in progress can be paused.`;
        this.#save(batch, { status: "paused", pausedReason: null, paceFrom: null }, now);
        return null;
      case "resume":
        if (status === "in_progress") return null;
        if (status !== "paused") return `The batch is ${status}; only a paused one can be resumed.`;
        this.#save(batch, { status: "in_progress", pausedReason: null, paceFrom: null }, now);
        return null;
      case "cancel":
        if (status === "cancelling" || status === "cancelled") return null;
        if (!isRunning) return `The batch is ${status}; there is nothing left to cancel.`;
        rows.cancelWaiting(this.#sql, batch.seq);
        this.#save(
          batch,
          {
            status: "cancelling",
            waiting: 0,
            cancelled: cancelled + waiting,
            pausedReason: null,
            cancellingAt: now,
          },
          now,
        );
        return null;
      case "retry":
        if (!isRunning && status !== "completed") return `The batch is ${status}; its requests are not made again.`;
        if (failed === 0) return "No request of the batch has failed.";
        return this.#retry(batch, now);
    }
  }

  /** Cancels what waits of the batches with this tag; their tasks under way go on. */
  cancelOf(tag: string, now: number): void {
    for (const { id, tags } of [...this.#all().values()]) {
      if (tags.includes(tag)) this.change(id, { action: "cancel", sessions: [] }, now);
    }
  }

  #retry(batch: rows.Batch, now: number): string | null {
    const { state } = batch;
    const items = rows.selectItems(this.#sql, batch.seq, { after: -1, limit: batch.total, ended: "failed" });
    if (items.length === 0) return "Every failed request of the batch was deleted.";
    const isWithoutInputs = state.isWithoutInputs || now > batch.createdAt + inputsNeededMs;
    if (isWithoutInputs && items.some(({ body }) => body.inputs.length > 0)) {
      return "The reference images of the batch are kept for a day after its end, and seven days at most; send the failed requests again as a new batch.";
    }
    for (const { place, task, body, result } of items) {
      const earlier = result === null ? body.earlier : [...body.earlier, { task, result }];
      rows.updateAgain(this.#sql, batch.seq, {
        place,
        task: batchTaskIdOf(batch.id, place, nanoid()),
        body: { ...body, submitId: crypto.randomUUID(), earlier },
      });
    }
    if (!isWithoutInputs) deleteOutboxOf(this.#sql, batch.id);
    const placesOf = (group: number) => items.filter(({ body }) => body.group === group).map(({ place }) => place);
    this.#save(
      batch,
      {
        ...{ waiting: state.waiting + items.length, failed: state.failed - items.length, isWithoutInputs },
        queues: state.queues.map(({ next, again }, group) => ({ next, again: [...again, ...placesOf(group)] })),
        ...(state.endedAt !== null && { status: "in_progress", begunAt: now, endedAt: null, paceFrom: null }),
      },
      now,
    );
    log("info", "batch_retried", { batch: batch.id, owner: batch.owner, requests: items.length });
    return null;
  }

  /** Gives up the reference images of an ended batch. @returns their keys; none for one that was taken up again. */
  releaseInputs(id: string): string[] {
    const batch = rows.selectBatch(this.#sql, id);
    if (batch === null || batch.state.endedAt === null) return [];
    // Before they are deleted: from now on no request is made again.
    rows.updateBatch(this.#sql, batch, { ...batch, state: { ...batch.state, isWithoutInputs: true } });
    return batch.inputKeys;
  }

  /** Active or ended. */
  find(id: string): rows.Batch | null {
    return this.#all().get(id) ?? rows.selectBatch(this.#sql, id);
  }

  /** When a batch is to be cancelled or deleted, Unix milliseconds; null when there is none. */
  firstExpiry(): number | null {
    if (this.#firstExpiry === undefined) this.#firstExpiry = rows.selectFirstExpiry(this.#sql);
    return this.#firstExpiry;
  }

  /** Deletes the batches that ended long ago. @returns those that never ended, to be cancelled. */
  deleteExpired(now: number): string[] {
    if ((this.firstExpiry() ?? Number.POSITIVE_INFINITY) > now) return [];
    this.#firstExpiry = undefined;
    const expired = rows.selectExpired(this.#sql, now);
    for (const batch of expired.filter(({ state }) => state.endedAt !== null)) {
      rows.deleteBatch(this.#sql, batch);
      this.#webhooks.unregister(batch.id);
    }
    return expired.filter(({ state }) => state.endedAt === null).map(({ id }) => id);
  }

  /** The name of a request by its task; null for one of no batch. */
  customIdOf(taskId: string): string | null {
    const batch = this.#batchOfTask(taskId);
    const place = placeOf(taskId);
    return batch === null || place === null ? null : (rows.selectItem(this.#sql, batch.seq, place)?.customId ?? null);
  }

  #batchOfTask(taskId: string): rows.Batch | null {
    const id = batchOf(taskId);
    return id === null ? null : (this.#all().get(id) ?? null);
  }

  /** The next request of each group, in their order, and the queues without those that were started or have ended. */
  #nextOf(batch: rows.Batch): { candidates: { item: rows.Item; group: number }[]; queues: rows.GroupQueue[] } {
    const found = batch.state.queues.map((queue, group) => this.#nextIn(batch, group, queue));
    return {
      candidates: found
        .flatMap(({ item }, group) => (item === null ? [] : [{ item, group }]))
        .sort((one, other) => one.item.place - other.item.place),
      queues: found.map(({ queue }) => queue),
    };
  }

  #nextIn(batch: rows.Batch, group: number, { next, again }: rows.GroupQueue) {
    for (let place = next; place < batch.total; ) {
      const item = rows.selectNext(this.#sql, batch.seq, { group, place });
      if (item === null) break;
      if (!hasTask(this.#sql, item.task)) return { item, queue: { next: item.place, again } };
      place = item.place + 1;
    }
    for (const [index, place] of again.entries()) {
      const item = rows.selectItem(this.#sql, batch.seq, place);
      const isWaiting = item?.ended === null && !hasTask(this.#sql, item.task);
      if (isWaiting) return { item, queue: { next: batch.total, again: again.slice(index) } };
    }
    return { item: null, queue: { next: batch.total, again: [] } };
  }

  /** Stores a changed batch, which ends when nothing of it is left to be done. */
  #save(batch: rows.Batch, change: Change, now: number): rows.Batch {
    const state = { ...batch.state, ...change };
    const isDone = state.waiting === 0 && state.processing === 0;
    if (isDone && state.endedAt === null) {
      state.status = state.status === "cancelling" ? "cancelled" : "completed";
      state.endedAt = now;
      if (batch.inputKeys.length > 0 && !state.isWithoutInputs) {
        insertOutbox(this.#sql, { kind: "inputs", task: batch.id, dueAt: now + inputsKeptMs });
      }
      log("info", "batch_ended", { batch: batch.id, owner: batch.owner, status: state.status });
    }
    const saved = { ...batch, state };
    if (rows.updateBatch(this.#sql, batch, saved)) this.#firstExpiry = undefined;
    if (state.endedAt === null) this.#all().set(batch.id, saved);
    else this.#all().delete(batch.id);
    this.#webhooks.batchChanged(
      batch.id,
      { status: state.status, counts: rows.countsOf(saved), event: eventOf(batch.state, state) },
      now,
    );
    return saved;
  }

  #all(): Map<string, rows.Batch> {
    this.#active ??= new Map(rows.selectActive(this.#sql).map((batch) => [batch.id, batch]));
    return this.#active;
  }
}

const eventOf = (before: rows.BatchState, after: rows.BatchState): BatchEvent => {
  if (after.endedAt !== null) return "batch.completed";
  const isStopped = after.status === "paused" && before.status !== "paused" && after.pausedReason !== null;
  return isStopped ? "batch.paused" : "batch.progress";
};

const isWaiting = ({ state }: rows.Batch): boolean => state.status === "in_progress" && state.waiting > 0;

const countEnded = ({ completed, failed, cancelled }: rows.BatchState): number => completed + failed + cancelled;

/** The queue behind its first request, which is at this place. */
const behind = ({ next, again }: rows.GroupQueue, place: number): rows.GroupQueue =>
  place === next ? { next: next + 1, again } : { next, again: again.slice(1) };
