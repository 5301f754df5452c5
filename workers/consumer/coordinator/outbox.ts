/**
 * What was decided and is not yet done. Rows are written in the same transaction as the decision, done right after,
 * and again by the alarm until they are: nothing decided is lost, and doing a row twice is harmless.
 */

import { log } from "#shared/log.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { putRecord } from "#shared/task/records.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";
import { recordOf } from "#shared/task/view.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { deleteOutbox, insertOutbox, type OutboxRow, postponeOutbox, selectOutbox, selectTask } from "./tables.ts";

/** What a change of a task asks for: a wake-up for its next step; at its end the record, and its images removed. */
export function putIntoOutbox(sql: DurableObjectStorage["sql"], before: Task, after: Task): void {
  const row = { task: after.id, step: after.step };
  const isNudged = after.leaseUntil === null && after.wakeAt !== before.wakeAt;
  if (after.wakeAt !== null && (after.step > before.step || isNudged)) {
    insertOutbox(sql, { ...row, kind: "wake", dueAt: after.wakeAt });
  }
  if (!isTerminal(after)) return;
  const dueAt = after.endedAt ?? 0;
  insertOutbox(sql, { ...row, kind: "record", dueAt });
  if (after.inputs.length > 0) insertOutbox(sql, { ...row, kind: "inputs", dueAt });
}

type Outlets = {
  sql: DurableObjectStorage["sql"];
  queue: Queue;
  records: KVNamespace;
  inputs: R2Bucket;
  now: () => number;
};

/** Longest wait for the queue or KV; a call that hangs must not hold up the coordinator. */
const rowTimeoutMs = 10_000;

/** Does every row that is due. A row that fails stays, for the next flush or the alarm. */
export async function flushOutbox(outlets: Outlets): Promise<void> {
  const rows = selectOutbox(outlets.sql, outlets.now());
  await Promise.all(
    rows.map(async (row) => {
      try {
        await withTimeout(doRow(row, outlets), rowTimeoutMs);
        deleteOutbox(outlets.sql, row.id);
      } catch (error) {
        // For one, KV takes one write a second per key: a final record may meet the pending one.
        log("warn", "outbox_failed", { task: row.task, kind: row.kind, error });
        postponeOutbox(outlets.sql, row.id, outlets.now() + retryAfterMs);
      }
    }),
  );
}

/** What could not be done is tried again after this. */
export const retryAfterMs = 10_000;

async function doRow(row: OutboxRow, { sql, queue, records, inputs, now }: Outlets): Promise<void> {
  const task = selectTask(sql, row.task);
  if (task === null) return;
  switch (row.kind) {
    case "wake": {
      if (task.step !== row.step) return; // a newer wake-up took its place
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
