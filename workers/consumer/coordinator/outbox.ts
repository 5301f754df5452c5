/**
 * What was decided and is not yet done. Rows are written in the same transaction as the decision, done right after,
 * and again by the alarm until they are: nothing decided is lost, and doing a row twice is harmless.
 */
import { log } from "../../../shared/log.ts";
import type { WakeUp } from "../../../shared/task/message.ts";
import { putRecord } from "../../../shared/task/records.ts";
import { recordOf } from "../../../shared/task/view.ts";
import { deleteOutbox, type OutboxRow, selectOutbox, selectTask } from "./tables.ts";

type Outlets = {
  sql: DurableObjectStorage["sql"];
  queue: Queue;
  records: KVNamespace;
  now: () => number;
};

/** Does every row that is there. A row that fails stays, for the next flush or the alarm. */
export async function flushOutbox(outlets: Outlets): Promise<void> {
  const rows = selectOutbox(outlets.sql);
  await Promise.all(
    rows.map(async (row) => {
      try {
        await doRow(row, outlets);
        deleteOutbox(outlets.sql, row.id);
      } catch (error) {
        // For one, KV takes one write a second per key: a final record may meet the pending one.
        log("warn", "outbox_failed", { task: row.task, kind: row.kind, error });
      }
    }),
  );
}

async function doRow(row: OutboxRow, { sql, queue, records, now }: Outlets): Promise<void> {
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
  }
}
