/** The changes of an owner's batches that change tasks as well. Each is made within a transaction of the coordinator. */
import type { LiveTasks } from "#consumer/coordinator/live-tasks.ts";
import type { Moves } from "#consumer/coordinator/moves.ts";
import type { BatchChange, NewBatch } from "#shared/task/batch.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import type { Batches } from "./batches.ts";

type Parts = { live: LiveTasks; batches: Batches; moves: Moves };

export class BatchMoves {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Stores a new batch, and starts as many of its requests as have a slot. */
  insert(given: NewBatch, now: number): void {
    const { batches, moves } = this.#parts;
    batches.create(given, now);
    moves.fillSlots(now);
  }

  /** @returns why it cannot be done; null when it is done. */
  change(id: string, change: BatchChange, now: number): string | null {
    const { live, batches, moves } = this.#parts;
    const refused = batches.change(id, change, now);
    if (refused !== null) return refused;
    if (change.action === "cancel") {
      for (const task of live.tasks((taskId) => batchOf(taskId) === id)) moves.cancelOnly(task, now);
    }
    moves.fillSlots(now);
    return null;
  }

  /** Deletes the batches that ended long ago, and cancels those that never did. */
  deleteExpired(now: number): void {
    for (const id of this.#parts.batches.deleteExpired(now)) {
      this.change(id, { action: "cancel", sessions: [] }, now);
    }
  }
}
