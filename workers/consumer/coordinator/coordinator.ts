/**
 * The coordinator of one owner: the only writer of live task state. It remembers; what happens next is decided by the
 * pure core (`transition`, `decide`, `place`), and every decision is committed in one transaction with an outbox of
 * what it asks for. It talks to no upstream and sees no session in the clear.
 */
import { DurableObject } from "cloudflare:workers";
import { type ConsumerConfig, consumerConfig } from "../../../shared/config.ts";
import { log } from "../../../shared/log.ts";
import type {
  CancelAnswer,
  Coordinator as Contract,
  CreateAnswer,
  NewTask,
  Order,
  Report,
  Snapshot,
  WorkOrder,
} from "../../../shared/task/coordinator.ts";
import { decide, type Policy } from "../../../shared/task/decide.ts";
import type { WakeUp } from "../../../shared/task/message.ts";
import { isTerminal, type Task } from "../../../shared/task/schema.ts";
import { transition } from "../../../shared/task/transition.ts";
import { snapshotOf } from "../../../shared/task/view.ts";
import { newTask } from "./new-task.ts";
import { flushOutbox } from "./outbox.ts";
import { dueAt, leaseSeconds, policyFrom, retentionMs, watchedForMs } from "./policy.ts";
import { place } from "./slots.ts";
import * as tables from "./tables.ts";

export class Coordinator extends DurableObject<ConsumerEnv> implements Contract {
  readonly #sql = this.ctx.storage.sql;
  readonly #config: ConsumerConfig = consumerConfig(this.env);
  readonly #policy: Omit<Policy, "watched"> = policyFrom(this.#config);
  #hasTables = tables.hasTables(this.#sql);
  /** In memory only: who waits for a change, and which tasks were asked for lately. */
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #watchedAt = new Map<string, number>();
  #flushing: Promise<void> = Promise.resolve();

  async create(given: NewTask): Promise<CreateAnswer> {
    const now = Date.now();
    const answer = this.ctx.storage.transactionSync((): CreateAnswer => {
      if (!this.#hasTables) tables.createTables(this.#sql);
      const known = given.idempotency && tables.selectIdempotencyKey(this.#sql, given.idempotency.key);
      if (known) {
        const earlier = tables.selectTask(this.#sql, known.task);
        if (known.bodyHash !== given.idempotency?.bodyHash || earlier === null) return { kind: "conflict" };
        return { kind: "existing", snapshot: this.#snapshot(earlier, now) };
      }
      for (const session of given.sessions) tables.insertSession(this.#sql, session);
      if (given.idempotency) {
        tables.insertIdempotencyKey(this.#sql, given.idempotency.key, given.idempotency.bodyHash, given.id);
      }
      const task = this.#placed(newTask(given, now), now);
      tables.insertTask(this.#sql, task, dueAt(task, this.#policy));
      const wakeUp: WakeUp | null =
        task.step === 0 ? null : { v: 1, owner: task.owner, task: task.id, step: task.step };
      return { kind: "created", snapshot: this.#snapshot(task, now), wakeUp };
    });
    this.#hasTables = true;
    await this.#settle();
    return answer;
  }

  async begin(wakeUps: WakeUp[]): Promise<Order[]> {
    const now = Date.now();
    const orders = this.ctx.storage.transactionSync(() => wakeUps.map((wakeUp) => this.#begin(wakeUp, now)));
    await this.#settle();
    return orders;
  }

  async report(reports: Report[]): Promise<WorkOrder[]> {
    const now = Date.now();
    const orders = this.ctx.storage.transactionSync(() => {
      const work = reports.flatMap((report) => this.#takeIn(report, now));
      this.#fillSlots(now);
      return work;
    });
    await this.#settle();
    return orders;
  }

  async view(id: string, tags: string[]): Promise<Snapshot | null> {
    const task = this.#find(id, tags);
    if (task === null) return null;
    const now = Date.now();
    if (!isTerminal(task)) this.#watchedAt.set(id, now);
    const due = dueAt(task, this.#policy);
    if (due === null || due > now) return this.#snapshot(task, now);
    await this.#wakeOverdue(now);
    const woken = this.#find(id, tags);
    return woken === null ? null : this.#snapshot(woken, now);
  }

  async next(id: string, tags: string[], since: number, timeoutMs: number): Promise<Snapshot | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const snapshot = await this.view(id, tags);
      const leftMs = deadline - Date.now();
      if (snapshot === null || snapshot.live === null || snapshot.version > since || leftMs <= 0) return snapshot;
      await this.#changed(id, leftMs);
    }
  }

  async cancel(id: string, tags: string[]): Promise<CancelAnswer> {
    const now = Date.now();
    const task = this.#find(id, tags);
    if (task === null) return { kind: "unknown" };
    if (isTerminal(task)) return { kind: "finished", snapshot: this.#snapshot(task, now) };
    const cancelled = transition(task, { kind: "cancelled" }, now);
    if (cancelled === task) return { kind: "running", snapshot: this.#snapshot(task, now) };
    this.ctx.storage.transactionSync(() => {
      this.#save(task, cancelled);
      this.#fillSlots(now);
    });
    await this.#settle();
    return { kind: "cancelled", snapshot: this.#snapshot(cancelled, now) };
  }

  /** The net under everything: wakes what nobody was heard of, does what was left undone, forgets what is old. */
  override async alarm(): Promise<void> {
    if (!this.#hasTables) return;
    const now = Date.now();
    await this.#wakeOverdue(now);
    tables.deleteTasksEndedBefore(this.#sql, now - retentionMs);
    tables.deleteSessionsWithoutTasks(this.#sql);
    if (tables.countTasks(this.#sql) > 0) {
      await this.#schedule(now);
    } else {
      await this.ctx.storage.deleteAll();
      this.#hasTables = false;
    }
  }

  #begin(wakeUp: WakeUp, now: number): Order {
    const drop: Order = { kind: "drop", task: wakeUp.task };
    const task = this.#hasTables ? tables.selectTask(this.#sql, wakeUp.task) : null;
    if (task === null || isTerminal(task) || task.step !== wakeUp.step || task.session === null) return drop;
    if (task.leaseUntil !== null && task.leaseUntil > now) {
      return { kind: "wait", task: task.id, seconds: Math.ceil((task.leaseUntil - now) / 1000) };
    }
    const session = tables.selectSession(this.#sql, task.session);
    if (session === null) return drop;
    const base = { task: task.id, step: task.step, submitId: task.submitId, session, leaseSeconds };
    const begun = transition(task, { kind: "begun", leaseSeconds }, now);
    this.#save(task, begun);
    switch (task.phase) {
      case "ready":
        return { kind: "submit", request: task.request, ...base };
      case "submitting":
        return { kind: "recover", ...base };
      case "running":
      case "storing":
        return { kind: "poll", ...base };
      case "parked":
      case "completed":
      case "failed":
      case "cancelled":
        return drop;
    }
  }

  #takeIn({ task: id, step, seen }: Report, now: number): WorkOrder[] {
    const task = this.#hasTables ? tables.selectTask(this.#sql, id) : null;
    // A late report is old news, but for one fact that must never be forgotten: the upstream has the job.
    if (task === null || (task.step !== step && seen.kind !== "accepted")) return [];
    const aware = transition(task, seen, now);
    if (aware === task) return [];
    const decision = decide(aware, seen, now, { ...this.#policy, watched: this.#isWatched(id, now) });
    const next = transition(aware, decision, now);
    this.#save(task, next);
    log("info", "task_moved", { task: id, step, saw: seen.kind, next: decision.kind, phase: next.phase });
    if (decision.kind !== "store" || task.session === null) return [];
    const session = tables.selectSession(this.#sql, task.session);
    if (session === null) return [];
    const { images, leaseSeconds: lease } = decision;
    return [
      { kind: "store", task: id, step: next.step, submitId: task.submitId, session, images, leaseSeconds: lease },
    ];
  }

  /** A free slot for each parked task, in their order, as far as the slots go. */
  #fillSlots(now: number): void {
    if (!this.#hasTables) return;
    for (const task of tables.selectParkedTasks(this.#sql, parkedPerRound)) {
      const placed = this.#placed(task, now);
      if (placed !== task) this.#save(task, placed);
    }
  }

  #placed(task: Task, now: number): Task {
    const placement = place(task, tables.selectLoad(this.#sql), this.#config.SESSION_CONCURRENCY, Math.random());
    switch (placement.kind) {
      case "assign":
        return transition(task, { kind: "assigned", session: placement.session }, now);
      case "wait":
        return task;
      case "none":
        return transition(task, { kind: "fail", error: task.trouble ?? noSession }, now);
    }
  }

  async #wakeOverdue(now: number): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      for (const task of tables.selectDueTasks(this.#sql, now, overduePerRound)) {
        this.#takeIn({ task: task.id, step: task.step, seen: { kind: "silent" } }, now);
      }
      this.#fillSlots(now);
    });
    await this.#settle();
  }

  /** Writes a changed task, and puts into the outbox what the change asks for. */
  #save(before: Task, after: Task): void {
    tables.updateTask(this.#sql, after, dueAt(after, this.#policy));
    const row = { task: after.id, step: after.step };
    if (after.step > before.step && after.wakeAt !== null) {
      tables.insertOutbox(this.#sql, { ...row, kind: "wake", dueAt: after.wakeAt });
    }
    if (isTerminal(after)) {
      tables.insertOutbox(this.#sql, { ...row, kind: "record", dueAt: after.endedAt ?? 0 });
      this.#watchedAt.delete(after.id);
    }
    if (after.version > before.version) for (const wake of this.#waiters.get(after.id) ?? []) wake();
  }

  /** After a commit: sets the alarm before anything can be lost, then does what the outbox holds. */
  async #settle(): Promise<void> {
    if (!this.#hasTables) return;
    await this.#schedule(Date.now());
    const outlets = { sql: this.#sql, queue: this.env.TASK_QUEUE, records: this.env.TASKS, now: Date.now };
    this.#flushing = this.#flushing.catch(() => {}).then(() => flushOutbox(outlets));
    await this.#flushing;
  }

  /** Moves the alarm forward if something is due before it. An alarm that comes too early only sets itself again. */
  async #schedule(now: number): Promise<void> {
    const firstEnd = tables.selectFirstEnd(this.#sql);
    const moments = [
      tables.selectFirstDue(this.#sql),
      tables.hasUndoneRecord(this.#sql) ? now + undoneAfterMs : null,
      firstEnd === null ? null : firstEnd + retentionMs,
    ].filter((moment) => moment !== null);
    if (moments.length === 0) return;
    const wanted = Math.max(now, Math.min(...moments));
    const current = await this.ctx.storage.getAlarm();
    if (current === null || wanted < current) await this.ctx.storage.setAlarm(wanted);
  }

  #find(id: string, tags: string[]): Task | null {
    const task = this.#hasTables ? tables.selectTask(this.#sql, id) : null;
    return task?.tags.some((tag) => tags.includes(tag)) ? task : null;
  }

  #snapshot(task: Task, now: number): Snapshot {
    const position = task.phase === "parked" ? tables.countParkedUpTo(this.#sql, task.id) : null;
    return snapshotOf(task, now, position);
  }

  #isWatched(id: string, now: number): boolean {
    return now - (this.#watchedAt.get(id) ?? 0) < watchedForMs || this.#waiters.has(id);
  }

  /** Resolves at the task's next visible change, or when the time is up. */
  async #changed(id: string, timeoutMs: number): Promise<void> {
    const waiting = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiting);
    let wake = () => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      waiting.add(wake);
      setTimeout(resolve, timeoutMs);
    });
    waiting.delete(wake);
    if (waiting.size === 0) this.#waiters.delete(id);
  }
}

/** Enough to fill every slot many times over, and few enough to read at once. */
const parkedPerRound = 50;
const overduePerRound = 100;
/** A final record that is not written after this is tried again by the alarm. */
const undoneAfterMs = 10_000;

const noSession = { code: "internal", message: "None of the sessions of this task can be used." } as const;
