/**
 * The outbox: effects that are decided and not yet carried out. Rows are written in the transaction of the decision,
 * run right after it, and retried by the alarm until they succeed. Running a row twice is harmless.
 */
import { flushTimeoutMs, retryAfterMs, rowTimeoutMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { putRecord } from "#shared/task/records.ts";
import { isTerminal, rowOf, type Task } from "#shared/task/schema.ts";
import { recordOf } from "#shared/task/view.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { deleteOutbox, insertOutbox, type OutboxRow, postponeOutbox, selectOutbox, selectTask } from "./tables.ts";

type Outlets = {
  sql: DurableObjectStorage["sql"];
  queue: Queue;
  records: KVNamespace;
  inputs: R2Bucket;
  /** Unix milliseconds. */
  now: () => number;
};

/** The latest wake-up of a task; null before its first. */
export const wakeUpOf = ({ owner, id, step }: Task): WakeUp | null =>
  step === 0 ? null : { v: 1, owner, task: id, step };

export class Outbox {
  readonly #outlets: Outlets;
  /** The running flush, and the next one, which starts after it and finds every row committed by then. */
  #flushing: Promise<void> = Promise.resolve();
  #nextFlush: Promise<void> | null = null;

  constructor(outlets: Outlets) {
    this.#outlets = outlets;
  }

  /** Adds the effects of a change: the next wake-up; for a terminal task its record, and the removal of its inputs. */
  put(before: Task, after: Task): void {
    const { sql } = this.#outlets;
    const row = { task: after.id, step: after.step };
    const { wakeAt, leaseUntil, endedAt } = rowOf(after);
    const isNudged = leaseUntil === null && wakeAt !== rowOf(before).wakeAt;
    if (wakeAt !== null && (after.step > before.step || isNudged)) {
      insertOutbox(sql, { ...row, kind: "wake", dueAt: wakeAt });
    }
    if (!isTerminal(after)) return;
    const dueAt = endedAt ?? 0;
    insertOutbox(sql, { ...row, kind: "record", dueAt });
    if (after.inputs.length > 0) insertOutbox(sql, { ...row, kind: "inputs", dueAt });
  }

  /**
   * Runs every due row. Returns after `flushTimeoutMs` at most: when the queue or KV hangs, the rows stay. Never
   * rejects.
   */
  async flush(): Promise<void> {
    await withTimeout(this.#flushInTurn(), flushTimeoutMs).catch(() => {});
  }

  #flushInTurn(): Promise<void> {
    if (this.#nextFlush !== null) return this.#nextFlush;
    this.#nextFlush = this.#flushing
      .catch(() => {})
      .then(() => {
        this.#flushing = this.#nextFlush ?? Promise.resolve();
        this.#nextFlush = null;
        return this.#doRows();
      });
    return this.#nextFlush;
  }

  async #doRows(): Promise<void> {
    const { sql, now } = this.#outlets;
    const rows = selectOutbox(sql, now());
    await Promise.all(
      rows.map(async (row) => {
        try {
          await withTimeout(this.#doRow(row), rowTimeoutMs);
          deleteOutbox(sql, row.id);
        } catch (error) {
          // For example, KV takes one write a second per key, and the pending record may have been written just now.
          log("warn", "outbox_failed", { task: row.task, kind: row.kind, error });
          postponeOutbox(sql, row.id, now() + retryAfterMs);
        }
      }),
    );
  }

  async #doRow(row: OutboxRow): Promise<void> {
    const { sql, queue, records, inputs, now } = this.#outlets;
    const task = selectTask(sql, row.task);
    if (task === null) return;
    switch (row.kind) {
      case "wake": {
        if (task.step !== row.step) return; // a newer wake-up replaced it
        const message: WakeUp = { v: 1, owner: task.owner, task: task.id, step: row.step };
        const delaySeconds = Math.max(0, Math.ceil((row.dueAt - now()) / 1000));
        await queue.send(message, { delaySeconds });
        return;
      }
      case "record":
        await putRecord(records, recordOf(task, now()), now());
        return;
      case "inputs":
        await inputs.delete(task.inputs.map((input) => input.key));
    }
  }
}
