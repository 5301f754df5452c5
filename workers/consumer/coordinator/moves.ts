/**
 * The changes of an owner's tasks. Each is made within a transaction of the coordinator, and saves the tasks together
 * with the effects that follow.
 */
import type { NewTask, Order, Report } from "#shared/task/coordinator.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { applyReport, cancelTask, type Move } from "./advance.ts";
import type { Batches } from "./batches/batches.ts";
import { beginDue } from "./begin.ts";
import { dueOf } from "./due.ts";
import type { Kept } from "./kept.ts";
import { insertNew } from "./new-rows.ts";
import { PaidLimits } from "./paid-limits.ts";
import { policyFrom } from "./policy.ts";
import { concurrencyOf, placed, readSessions, type SlotRules } from "./sessions.ts";
import { SlotFiller } from "./slot-filler.ts";
import type { TaskEnds } from "./task-end.ts";
import type { Ticks } from "./ticks.ts";
import type { Watchers } from "./watchers.ts";

type Parts = Kept & {
  batches: Batches;
  config: Parameters<typeof policyFrom>[0];
  ends: TaskEnds;
  ticks: Ticks;
  watchers: Watchers;
  webhooks: {
    register(subject: string, webhook: NonNullable<NewTask["webhook"]>, reader: NewTask, now: number): void;
    taskChanged(before: Task, after: Task, now: number): void;
  };
};

export class Moves {
  readonly #live: Kept["live"];
  readonly #parts: Parts;
  readonly #batches: Batches;
  readonly #policy: ReturnType<typeof policyFrom>;
  readonly #paid: PaidLimits;
  readonly #filler: SlotFiller;

  constructor(parts: Parts) {
    this.#live = parts.live;
    this.#paid = new PaidLimits(parts.live, parts.known);
    this.#parts = parts;
    this.#batches = parts.batches;
    this.#policy = policyFrom(parts.config);
    const save = (before: Task, after: Task) => this.#save(before, after);
    this.#filler = new SlotFiller({ ...parts, save });
  }

  /** Stores a new task. It gets a session when one has a slot and no other task waits. */
  insert(parked: Task, given: NewTask, now: number): Task {
    const { known } = this.#parts;
    insertNew(this.#live.sql, known, parked, given);
    if (given.webhook) this.#parts.webhooks.register(given.id, given.webhook, given, now);
    const isFirst = !this.#live.hasParked();
    const first = isFirst
      ? placed(parked, readSessions(this.#parts, this.#slotRules(now).configured), this.#slotRules(now))
      : parked;
    this.#live.insert({ task: first, due: dueOf(first, this.#policy) });
    // Terminal when no session can be used.
    if (isTerminal(first)) this.#save(parked, first);
    if (!isFirst) this.fillSlots(now);
    return this.#live.read(given.id) ?? first;
  }

  /** @returns the follow-up orders. */
  report(reports: Report[], now: number): Order[] {
    const orders = reports.map((report) => this.#apply(report, now));
    this.fillSlots(now);
    return orders.filter((order) => order !== null);
  }

  /** Null when the cancellation changes nothing. */
  cancel(task: Task, now: number): Task | null {
    if (this.#batches.takeOut(task, now)) this.#live.insert({ task, due: dueOf(task, this.#policy) });
    const after = this.cancelOnly(task, now);
    if (after !== null) this.fillSlots(now);
    return after;
  }

  /** As `cancel`, without giving its slot to another. */
  cancelOnly(task: Task, now: number): Task | null {
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
    const orders = beginDue(this.#parts, {
      calls,
      maxCallsOf,
      now,
      policy: this.#policy,
      save,
      handedOut,
    });
    // A task that ended leaves its slot.
    this.fillSlots(now);
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
    this.fillSlots(now);
  }

  #apply(report: Report, now: number): Order | null {
    const { watchers, config } = this.#parts;
    const factor = watchers.paceFactor(report.task, now, this.#batches.hasWaiting());
    // A tick is delayed by whole seconds.
    const paceFactor = config.FAST_PATH ? factor : Math.floor(factor);
    const applied = applyReport(
      this.#parts,
      report,
      { now, paceFactor, maxCallsOf: this.#maxCallsAt(now) },
      this.#policy,
    );
    if (applied === null) return null;
    this.#save(applied.move.before, applied.move.after);
    if (applied.order !== null) this.#paid.started(applied.order, now);
    return applied.order;
  }

  /** Gives free slots to the tasks and batches that wait. */
  fillSlots(now: number): void {
    this.#filler.fill(this.#slotRules(now));
  }

  #maxCallsAt(now: number): (task: Task) => number {
    return (task) => this.#paid.maxCalls(task, this.#slotRules(now));
  }

  #slotRules(now: number): SlotRules {
    return { configured: concurrencyOf(this.#parts.config), now, policy: this.#policy };
  }

  /** Stores a changed task and the outbox rows for its effects; wakes callers that wait for a change they can see. */
  #save(before: Task, after: Task): void {
    const { ends, watchers, webhooks } = this.#parts;
    const due = (task: Task) => ({ task, due: dueOf(task, this.#policy) });
    this.#live.update(due(before), due(after));
    webhooks.taskChanged(before, after, after.updatedAt);
    if (isTerminal(after)) {
      ends.record(after);
      watchers.delete(after.id);
    }
    if (after.version > before.version) watchers.wake(after.id);
  }
}
