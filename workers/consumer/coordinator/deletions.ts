/**
 * Deletes tasks that have ended, and single images of them. The rows change at once, so that nothing leads to a deleted
 * image any more; the image itself, and the record, are deleted by the outbox. Within a transaction.
 */
import { log } from "#shared/log.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import type { Removal, RemovalAnswer } from "#shared/task/coordinator.ts";
import { emptiedTask, hasImage, withoutImage } from "#shared/task/deletion.ts";
import { type Ended, isDeleted, isTerminal } from "#shared/task/phases.ts";
import { removeFromBatch } from "./batches/removal.ts";
import type { BatchViews } from "./batches/views.ts";
import { insertOutbox, withdrawRecord } from "./effects.ts";
import { isListedDeleted, updateListed } from "./listing.ts";
import { selectTask, updateEndedTask } from "./tables.ts";

type Parts = {
  sql: DurableObjectStorage["sql"];
  batchViews: BatchViews;
  webhooks: { taskDeleted(id: string): void };
};

export class Deletions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param now Unix milliseconds. */
  remove(removal: Removal, tags: string[], now: number): RemovalAnswer {
    const { sql } = this.#parts;
    const { id } = removal;
    if (isListedDeleted(sql, id)) return "gone";
    const task = selectTask(sql, id);
    if (task !== null && !task.tags.some((tag) => tags.includes(tag))) return "unknown";
    if (task !== null && !isTerminal(task)) return "live";
    if (batchOf(id) !== null) return this.#ofBatch(removal, tags, task, now);
    if (task === null) return removal.isRecorded ? this.#removed(removal, now) : "unknown";
    return this.#ofRow(removal, task, now);
  }

  #ofRow(removal: Removal, task: Ended, now: number): RemovalAnswer {
    if (isDeleted(task)) return "gone";
    if (removal.image !== null && !hasImage(task, removal.image)) return "unknown";
    this.#changeRow(removal, task, now);
    return this.#removed(removal, now);
  }

  /** The record of a task of a batch is in the batch, whether it has a row or not. */
  #ofBatch(removal: Removal, tags: string[], task: Ended | null, now: number): RemovalAnswer {
    const { sql, batchViews } = this.#parts;
    const found = batchViews.itemOf(removal.id, tags);
    if (found === null) return "unknown";
    const answer = removeFromBatch(sql, found, removal, now);
    if (answer !== "removed") return answer;
    if (task !== null) this.#changeRow(removal, task, now);
    return this.#removed(removal, now);
  }

  #changeRow({ image }: Removal, task: Ended, now: number): void {
    const without = (index: number): Ended => {
      const left = withoutImage(task, index);
      return { ...left, version: left.version + 1, updatedAt: now };
    };
    updateEndedTask(this.#parts.sql, image === null ? emptiedTask(task, now) : without(image));
  }

  #removed({ id, image }: Removal, now: number): "removed" {
    const { sql, webhooks } = this.#parts;
    if (image === null) {
      updateListed(sql, id, "deleted");
      withdrawRecord(sql, id);
      webhooks.taskDeleted(id);
    }
    insertOutbox(sql, { kind: "deletion", task: id, image, dueAt: now });
    log("info", "task_deleted", { task: id, image });
    return "removed";
  }
}
