/**
 * The outbox: effects of a task's end that are decided and not yet carried out. Rows are written in the transaction of
 * the decision, run right after it, and retried by the alarm until they succeed. Running a row twice is harmless.
 */
import {
  flushTimeoutMs,
  maxRetryAfterMs,
  recordPauseMs,
  retryAfterMs,
  rowTimeoutMs,
  stuckAttempts,
  sweepAfterMs,
} from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { batchOf, isBatchId } from "#shared/task/batch-ids.ts";
import { isDeleted, isTerminal, type Task } from "#shared/task/phases.ts";
import { putRecord } from "#shared/task/records.ts";
import { recordOf } from "#shared/task/view.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import type { Batches } from "./batches/batches.ts";
import {
  deleteOutbox,
  effectKinds,
  insertOutbox,
  type OutboxRow,
  postponeOutbox,
  selectOutbox,
  sweepOutbox,
} from "./effects.ts";
import { erase } from "./erase.ts";
import { selectTask } from "./tables.ts";

type Outlets = {
  sql: DurableObjectStorage["sql"];
  records: KVNamespace;
  inputs: R2Bucket;
  images: R2Bucket;
  batches: Batches;
  /** Unix milliseconds. */
  now: () => number;
};

export class Outbox {
  readonly #outlets: Outlets;
  /** The running flush, and the next one, which starts after it and finds every row committed by then. */
  #flushing: Promise<void> = Promise.resolve();
  #nextFlush: Promise<void> | null = null;

  constructor(outlets: Outlets) {
    this.#outlets = outlets;
  }

  /**
   * Adds the effects of a task's end: its record, and the removal of its inputs. The record is not written within a
   * second of the pending one, which the API writes when the task is created: KV would refuse it. The batch of a task
   * keeps both.
   */
  put(task: Task): void {
    if (!isTerminal(task) || batchOf(task.id) !== null) return;
    const { sql } = this.#outlets;
    const { endedAt, createdAt, inputs } = task;
    insertOutbox(sql, { kind: "record", task: task.id, dueAt: Math.max(endedAt, createdAt + recordPauseMs) });
    if (inputs.length > 0) insertOutbox(sql, { kind: "inputs", task: task.id, dueAt: endedAt });
  }

  /**
   * Runs every due row. Returns after `flushTimeoutMs` at most: when KV or R2 hangs, the rows stay. Never rejects.
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
    const rows = effectKinds.flatMap((kind) => selectOutbox(sql, kind, now()));
    await Promise.all(
      rows.map(async (row) => {
        try {
          await withTimeout(this.#doRow(row), rowTimeoutMs);
          if (row.kind === "deletion") sweepOutbox(sql, row.id, now() + sweepAfterMs);
          else deleteOutbox(sql, row.id);
        } catch (error) {
          this.#failed(row, error);
        }
      }),
    );
  }

  #failed({ id, task, kind, attempts }: OutboxRow, error: unknown): void {
    const { sql, now } = this.#outlets;
    log("warn", "outbox_failed", { task, kind, attempts: attempts + 1, error });
    if (attempts + 1 === stuckAttempts) log("error", "outbox_stuck", { task, kind });
    postponeOutbox(sql, id, now() + backoffSeconds(attempts + 1, retryAfterMs / 1000, maxRetryAfterMs / 1000) * 1000);
  }

  async #doRow(row: OutboxRow): Promise<void> {
    const { sql, records, inputs, batches, now } = this.#outlets;
    if (row.kind === "deletion" || row.kind === "sweep") return erase(this.#outlets, row);
    if (isBatchId(row.task)) {
      const keys = batches.releaseInputs(row.task);
      if (keys.length > 0) await inputs.delete(keys);
      return;
    }
    const task = selectTask(sql, row.task);
    if (task === null) return;
    switch (row.kind) {
      case "record":
        if (isDeleted(task)) return;
        await putRecord(records, recordOf(task, now()), now());
        return;
      case "inputs":
        await inputs.delete(task.inputs.map((input) => input.key));
    }
  }
}
