/**
 * Gives free slots to the parked tasks, in their order, and to the requests of batches. Where both wait, in turn, so that
 * neither waits for the end of the other.
 */
import type { TaskError } from "#shared/errors.ts";
import { isOfRequest, mayPass } from "#shared/task/key-limits.ts";
import { keyRefusalError } from "#shared/task/key-refusal.ts";
import { isTerminal, type Parked, type Task } from "#shared/task/phases.ts";
import { placeIn } from "#shared/task/pool.ts";
import type { Batches, Started } from "./batches/batches.ts";
import { dueOf } from "./due.ts";
import type { Kept } from "./kept.ts";
import { selectRefusal } from "./refusals.ts";
import {
  hasFreeSlot,
  placed,
  placeParked,
  readSessions,
  refusedPlace,
  type Sessions,
  type SlotRules,
} from "./sessions.ts";
import type { Watchers } from "./watchers.ts";

const withoutSessions: TaskError = {
  code: "unauthorized",
  message: "The sessions that may run its waiting requests are not known any more.",
};

type Parts = Kept & {
  batches: Batches;
  watchers: Watchers;
  save: (before: Task, after: Task) => void;
};

export class SlotFiller {
  readonly #parts: Parts;
  /** Whether the next free slot goes to a batch, should a single task wait as well. */
  #isTurnOfBatch = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  fill(rules: SlotRules): void {
    const { live, batches, save } = this.#parts;
    const hasBatches = batches.hasWaiting();
    if (!hasBatches && !live.hasParked()) return;
    const sessions = readSessions(this.#parts, rules.configured);
    const takeBack = (task: Parked) => this.#takeBack(task, rules.now);
    if (!hasBatches) {
      placeParked(live, rules, { save, sessions, takeBack });
      if (!batches.hasWaiting()) return;
    }
    const startSingle = () => placeParked(live, rules, { save, sessions, takeBack, most: 1 }) > 0;
    const startOfBatch = () => this.#startOfBatch(sessions, rules);
    for (;;) {
      const [first, second] = this.#isTurnOfBatch ? [startOfBatch, startSingle] : [startSingle, startOfBatch];
      if (first()) this.#isTurnOfBatch = !this.#isTurnOfBatch;
      else if (!second()) return;
    }
  }

  /** Starts one request of a batch, if there is a slot for it. */
  #startOfBatch(sessions: Sessions, rules: SlotRules): boolean {
    const { live, batches, keyUses } = this.#parts;
    return batches.startOne(
      rules.now,
      hasFreeSlot(sessions, rules),
      (parked, { resendsRefused, contents, request }) => {
        const failedWith = (error: TaskError): Started => {
          const failed = refusedPlace(parked, error, rules);
          return { kind: "started", insert: () => this.#insert(parked, failed, rules) };
        };
        const mayResend = resendsRefused || request.paid !== null;
        const refused = mayResend ? null : selectRefusal(live.sql, contents, rules.now);
        if (refused !== null) return failedWith(refused.error);
        const above = keyUses.refusalInBatch(parked.tags, request, rules.now);
        if (above !== null) {
          if (mayPass(above)) return { kind: "wait" };
          const reason = keyRefusalError(above);
          return isOfRequest(above) ? failedWith(reason) : { kind: "none", reason };
        }
        // The sessions of an ended batch were deleted; a caller who takes it up again may bring only some.
        const candidates = parked.candidates.filter((tag) => placeIn(tag) !== null || sessions.has(tag));
        if (candidates.length === 0) return { kind: "none", reason: withoutSessions };
        const known = { ...parked, candidates };
        const after = placed(known, sessions, rules);
        if (after === known) return { kind: "wait" };
        if (after.phase === "failed") return { kind: "none", reason: after.error };
        return { kind: "started", insert: () => this.#insert(parked, after, rules) };
      },
    );
  }

  /** A task of a batch whose sessions cannot be used waits in its batch again: nothing of it was spent. */
  #takeBack(task: Parked, now: number): boolean {
    const { live, batches, watchers } = this.#parts;
    if (!batches.takeBack(task, now)) return false;
    live.delete(task);
    watchers.wake(task.id);
    return true;
  }

  #insert(parked: Task, task: Task, { policy }: SlotRules): void {
    const { live, watchers, save } = this.#parts;
    live.insert({ task, due: dueOf(task, policy) });
    if (isTerminal(task)) save(parked, task);
    else watchers.wake(task.id);
  }
}
