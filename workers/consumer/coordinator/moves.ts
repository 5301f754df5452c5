/**
 * The changes of an owner's tasks. Each is made within a transaction of the coordinator, and saves the tasks together
 * with the effects that follow.
 */
import type { ConsumerConfig } from "#shared/config.ts";
import type { BatchAction, NewBatch } from "#shared/task/batch.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import type { NewTask, Order, Report } from "#shared/task/coordinator.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { applyReport, cancelTask, type Move } from "./advance.ts";
import type { Batches } from "./batches/batches.ts";
import type { Item } from "./batches/rows.ts";
import { beginDue } from "./begin.ts";
import { dueOf } from "./due.ts";
import { insertListed } from "./listing.ts";
import type { LiveTasks } from "./live-tasks.ts";
import type { Outbox } from "./outbox.ts";
import { PaidLimits } from "./paid-limits.ts";
import { selectRefusal } from "./refusals.ts";
import {
  concurrencyOf,
  hasFreeSlot,
  placed,
  placeParked,
  readSessions,
  refusedPlace,
  type Sessions,
  type SlotRules,
} from "./sessions.ts";
import * as tables from "./tables.ts";
import { recordEnd } from "./task-end.ts";
import type { Ticks } from "./ticks.ts";
import type { Watchers } from "./watchers.ts";

type Parts = {
  live: LiveTasks;
  batches: Batches;
  env: object;
  config: ConsumerConfig;
  policy: Policy;
  outbox: Outbox;
  ticks: Ticks;
  watchers: Watchers;
};

export class Moves {
  readonly #live: LiveTasks;
  readonly #parts: Parts;
  readonly #batches: Batches;
  readonly #policy: Policy;
  readonly #paid: PaidLimits;
  /** Whether the next free slot goes to a batch, should a single task wait as well. */
  #isTurnOfBatch = false;

  constructor(parts: Parts) {
    this.#live = parts.live;
    this.#paid = new PaidLimits(parts.live);
    this.#parts = parts;
    this.#batches = parts.batches;
    this.#policy = parts.policy;
  }

  /** Stores a new task. It gets a session when one has a slot and no other task waits. */
  insert(parked: Task, given: NewTask, now: number): Task {
    const { sql } = this.#live;
    for (const session of given.sessions) tables.insertSession(sql, session);
    if (given.idempotency) {
      tables.insertIdempotencyKey(sql, given.idempotency.key, given.idempotency.bodyHash, given.id);
    }
    const isFirst = !this.#live.hasParked();
    const first = isFirst
      ? placed(parked, readSessions(this.#live, this.#slotRules(now).configured), this.#slotRules(now))
      : parked;
    this.#live.insert({ task: first, due: dueOf(first, this.#policy) });
    insertListed(sql, first);
    // Terminal when no session can be used.
    if (isTerminal(first)) this.#save(parked, first);
    if (!isFirst) this.#fillSlots(now);
    return tables.selectTask(sql, given.id) ?? first;
  }

  /** Stores a new batch, and starts as many of its requests as have a slot. */
  insertBatch(given: NewBatch, now: number): void {
    this.#batches.create(given, now);
    this.#fillSlots(now);
  }

  /** @returns why it cannot be done; null when it is done. */
  changeBatch(id: string, action: BatchAction, now: number): string | null {
    const refused = this.#batches.change(id, action, now);
    if (refused !== null) return refused;
    if (action === "cancel") {
      for (const task of this.#live.tasks((taskId) => batchOf(taskId) === id)) this.#cancel(task, now);
    }
    this.#fillSlots(now);
    return null;
  }

  /** @returns the follow-up orders. */
  report(reports: Report[], now: number): Order[] {
    const orders = reports.map((report) => this.#apply(report, now));
    this.#fillSlots(now);
    return orders.filter((order) => order !== null);
  }

  /** Null when the cancellation changes nothing. */
  cancel(task: Task, now: number): Task | null {
    if (this.#batches.takeOut(task, now)) this.#live.insert({ task, due: dueOf(task, this.#policy) });
    const after = this.#cancel(task, now);
    if (after !== null) this.#fillSlots(now);
    return after;
  }

  #cancel(task: Task, now: number): Task | null {
    const move = cancelTask(task, now, this.#policy);
    if (move === null) return null;
    this.#save(move.before, move.after);
    return move.after;
  }

  /** Leases the due orders, worth about this many outgoing calls. */
  begin(calls: number, now: number): Order[] {
    const save = ({ before, after }: Move) => this.#save(before, after);
    const maxCallsOf = this.#maxCallsAt(now);
    const handedOut = (order: Order) => this.#paid.started(order, now);
    const orders = beginDue(this.#live, { calls, maxCallsOf, now, policy: this.#policy, save, handedOut });
    // A task that ended leaves its slot.
    this.#fillSlots(now);
    return orders;
  }

  /** Looks after tasks whose lease or wait has ended, and those whose tick was lost. */
  lookAfterLapsed(now: number): void {
    const { ticks } = this.#parts;
    const isLost = ticks.isLost(now);
    const missed = isLost ? this.#live.due("tick", now) : [];
    for (const { id, step } of [...this.#live.due("alarm", now), ...missed]) {
      this.#apply({ task: id, step, seen: { kind: "silent" } }, now);
    }
    if (isLost) ticks.lost();
    this.#fillSlots(now);
  }

  #apply(report: Report, now: number): Order | null {
    const { watchers, config } = this.#parts;
    const factor = watchers.paceFactor(report.task, now);
    // A tick is delayed by whole seconds.
    const paceFactor = config.FAST_PATH ? factor : Math.floor(factor);
    const applied = applyReport(
      this.#live,
      report,
      { now, paceFactor, maxCallsOf: this.#maxCallsAt(now) },
      this.#policy,
    );
    if (applied === null) return null;
    this.#save(applied.move.before, applied.move.after);
    if (applied.order !== null) this.#paid.started(applied.order, now);
    return applied.order;
  }

  /**
   * Assigns free slots to the parked tasks, in their order, and to the requests of batches. Where both wait, in turn, so
   * that neither waits for the end of the other.
   */
  #fillSlots(now: number): void {
    const hasBatches = this.#batches.hasWaiting();
    if (!hasBatches && !this.#live.hasParked()) return;
    const rules = this.#slotRules(now);
    const sessions = readSessions(this.#live, rules.configured);
    const save = (before: Task, after: Task) => this.#save(before, after);
    if (!hasBatches) {
      placeParked(this.#live, rules, { save, sessions });
      return;
    }
    const startSingle = () => placeParked(this.#live, rules, { save, sessions, most: 1 }) > 0;
    const startOfBatch = () => this.#startOfBatch(sessions, rules);
    for (;;) {
      const [first, second] = this.#isTurnOfBatch ? [startOfBatch, startSingle] : [startSingle, startOfBatch];
      if (first()) this.#isTurnOfBatch = !this.#isTurnOfBatch;
      else if (!second()) return;
    }
  }

  /** Starts one request of a batch, if there is a slot for it. */
  #startOfBatch(sessions: Sessions, rules: SlotRules): boolean {
    const { sql } = this.#live;
    const insert = (parked: Task, after: Task) => () => {
      this.#live.insert({ task: after, due: dueOf(after, this.#policy) });
      if (isTerminal(after)) this.#save(parked, after);
      else this.#parts.watchers.wake(after.id);
    };
    return this.#batches.startOne(rules.now, hasFreeSlot(sessions, rules), (parked, { body }: Item) => {
      const mayResend = body.resendsRefused || body.request.paid !== null;
      const refused = mayResend ? null : selectRefusal(sql, body.contents, rules.now);
      if (refused !== null) {
        return { kind: "started", insert: insert(parked, refusedPlace(parked, refused.error, rules)) };
      }
      const after = placed(parked, sessions, rules);
      if (after === parked) return { kind: "wait" };
      if (after.phase === "failed") return { kind: "none", reason: after.error };
      return { kind: "started", insert: insert(parked, after) };
    });
  }

  #maxCallsAt(now: number): (task: Task) => number {
    return (task) => this.#paid.maxCalls(task, this.#slotRules(now));
  }

  #slotRules(now: number): SlotRules {
    return { configured: concurrencyOf(this.#parts.config), now, policy: this.#policy };
  }

  /** Stores a changed task and the outbox rows for its effects; wakes callers that wait for a change they can see. */
  #save(before: Task, after: Task): void {
    const { outbox, watchers, env } = this.#parts;
    const due = (task: Task) => ({ task, due: dueOf(task, this.#policy) });
    this.#live.update(due(before), due(after));
    outbox.put(after);
    if (isTerminal(after)) {
      recordEnd(this.#live.sql, after, env);
      this.#batches.taskEnded(after, after.endedAt);
      watchers.delete(after.id);
    }
    if (after.version > before.version) watchers.wake(after.id);
  }
}
