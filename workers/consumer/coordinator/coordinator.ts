/**
 * The coordinator of one owner, the only writer of live task state: it loads tasks, applies the pure core, saves, and
 * sets the alarm. Each change is one transaction, together with the outbox rows for its effects. It calls no upstream
 * and reads no session in the clear.
 */
import { DurableObject } from "cloudflare:workers";
import { type ConsumerConfig, consumerConfig } from "#shared/config.ts";
import type {
  CancelAnswer,
  Coordinator as Contract,
  CreateAnswer,
  Idempotency,
  ListAnswer,
  Listed,
  ListQuery,
  NewTask,
  Order,
  Overview,
  RecallAnswer,
  Report,
  Snapshot,
  WorkOrder,
} from "#shared/task/coordinator.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";
import { snapshotOf } from "#shared/task/view.ts";
import { admit, recallTask } from "./admission.ts";
import { applyReport, beginOrder, cancelTask } from "./advance.ts";
import { deleteExpiredRows, nextAlarmAt } from "./alarm.ts";
import { insertListed, list, search } from "./listing.ts";
import { Outbox, wakeUpOf } from "./outbox.ts";
import { dueAt, policyFrom } from "./policy.ts";
import { overview, placed, placeParked, readSessions, type SlotRules } from "./sessions.ts";
import * as tables from "./tables.ts";
import { recordEnd } from "./task-end.ts";
import { Watchers } from "./watchers.ts";

export class Coordinator extends DurableObject<ConsumerEnv> implements Contract {
  readonly #sql = this.ctx.storage.sql;
  readonly #config: ConsumerConfig = consumerConfig(this.env);
  readonly #policy = policyFrom(this.#config);
  readonly #watchers = new Watchers();
  readonly #outbox = new Outbox({
    sql: this.#sql,
    queue: this.env.TASK_QUEUE,
    records: this.env.TASKS,
    inputs: this.env.INPUTS,
    now: Date.now,
  });
  #hasTables = tables.hasTables(this.#sql);
  /** Positions of the parked tasks, cached until the next change: many callers may poll at once. */
  #parkedPositions: Map<string, number> | null = null;
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState, env: ConsumerEnv) {
    super(state, env);
    // Creates the tables that a later version added.
    if (this.#hasTables) tables.createTables(this.#sql);
    void state.blockConcurrencyWhile(async () => {
      this.#alarmAt = await state.storage.getAlarm();
    });
  }

  async create(given: NewTask): Promise<CreateAnswer> {
    const now = Date.now();
    return this.#commit(now, () => {
      if (!this.#hasTables) tables.createTables(this.#sql);
      this.#hasTables = true;
      const admission = admit(this.#sql, given, now, (task) => this.#snapshot(task, now));
      if (admission.kind === "answered") return admission.answer;
      const task = admission.kind === "same" ? admission.task : this.#insert(admission.task, given, now);
      return { kind: "created", snapshot: this.#snapshot(task, now), wakeUp: wakeUpOf(task) };
    });
  }

  async recall(idempotency: Idempotency): Promise<RecallAnswer | null> {
    const now = Date.now();
    if (!this.#hasTables) return null;
    return recallTask(this.#sql, idempotency, now, (task) => this.#snapshot(task, now));
  }

  async begin(wakeUps: Parameters<Contract["begin"]>[0]): Promise<Order[]> {
    const now = Date.now();
    if (!this.#hasTables) return wakeUps.map(({ task }) => ({ kind: "drop", task }));
    return this.#commit(now, () =>
      wakeUps.map((wakeUp) => {
        const { order, move } = beginOrder(this.#sql, wakeUp, now, this.#policy);
        if (move !== null) this.#save(move.before, move.after);
        // One that was handed out in vain too often ends, and leaves its slot.
        if (move !== null && isTerminal(move.after)) this.#fillSlots(now);
        return order;
      }),
    );
  }

  async report(reports: Report[]): Promise<WorkOrder[]> {
    const now = Date.now();
    return this.#commit(now, () => {
      const orders = reports.map((report) => this.#applyReport(report, now));
      this.#fillSlots(now);
      return orders.filter((order) => order !== null);
    });
  }

  async view(id: string, tags: string[]): Promise<Snapshot | null> {
    const task = this.#find(id, tags);
    if (task === null) return null;
    const now = Date.now();
    if (!isTerminal(task)) this.#watchers.polled(id, now);
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
      await this.#watchers.change(id, leftMs);
    }
  }

  async cancel(id: string, tags: string[]): Promise<CancelAnswer> {
    const now = Date.now();
    const task = this.#find(id, tags);
    if (task === null) return { kind: "unknown" };
    if (isTerminal(task)) return { kind: "finished", snapshot: this.#snapshot(task, now) };
    if (task.phase === "storing") return { kind: "too_late", snapshot: this.#snapshot(task, now) };
    const move = cancelTask(task, now, this.#policy);
    if (move === null) return { kind: "requested", snapshot: this.#snapshot(task, now) };
    await this.#commit(now, () => {
      this.#save(move.before, move.after);
      this.#fillSlots(now);
    });
    return { kind: isTerminal(move.after) ? "cancelled" : "requested", snapshot: this.#snapshot(move.after, now) };
  }

  async list(query: ListQuery): Promise<ListAnswer> {
    if (this.#hasTables) return list(this.#sql, query, (task) => this.#snapshot(task, Date.now()));
    return query.after === null ? { kind: "page", tasks: [], hasMore: false } : { kind: "unknown_cursor" };
  }

  async search(submitIds: string[], tags: string[]): Promise<Listed[]> {
    if (!this.#hasTables) return [];
    return search(this.#sql, { submitIds, tags }, (task) => this.#snapshot(task, Date.now()));
  }

  async overview(): Promise<Overview | null> {
    return this.#hasTables ? overview(this.#sql, this.#slotRules(Date.now())) : null;
  }

  /** Safety net: wakes overdue tasks, retries the outbox, deletes expired rows. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    if (!this.#hasTables) return;
    const now = Date.now();
    tables.makeUndoneDue(this.#sql);
    await this.#wakeOverdue(now);
    await this.#commit(now, () => deleteExpiredRows(this.#sql, now));
    if (!tables.isEmpty(this.#sql)) return;
    this.#hasTables = false;
    this.#alarmAt = null;
    await this.ctx.storage.deleteAll();
  }

  /** Stores a new task. It gets a session when one has a slot and no other task waits. */
  #insert(parked: Task, given: NewTask, now: number): Task {
    for (const session of given.sessions) tables.insertSession(this.#sql, session);
    if (given.idempotency) {
      tables.insertIdempotencyKey(this.#sql, given.idempotency.key, given.idempotency.bodyHash, given.id);
    }
    const isFirst = !tables.hasParked(this.#sql);
    const first = isFirst ? placed(parked, readSessions(this.#sql), this.#slotRules(now)) : parked;
    tables.insertTask(this.#sql, first, dueAt(first, this.#policy));
    insertListed(this.#sql, first);
    // Terminal when no session can be used. The caller of `create` sends the first wake-up of any other task.
    if (isTerminal(first)) this.#save(parked, first);
    if (!isFirst) this.#fillSlots(now);
    return tables.selectTask(this.#sql, given.id) ?? first;
  }

  #applyReport(report: Report, now: number): WorkOrder | null {
    if (!this.#hasTables) return null;
    const watched = this.#watchers.isWatched(report.task, now);
    const applied = applyReport(this.#sql, report, { now, watched }, this.#policy);
    if (applied === null) return null;
    this.#save(applied.move.before, applied.move.after);
    return applied.order;
  }

  /** Assigns free slots to the parked tasks, in their order. */
  #fillSlots(now: number): void {
    if (this.#hasTables) placeParked(this.#sql, this.#slotRules(now), (before, after) => this.#save(before, after));
  }

  #slotRules(now: number): SlotRules {
    return { configured: this.#config.SESSION_CONCURRENCY, now, policy: this.#policy };
  }

  async #wakeOverdue(now: number): Promise<void> {
    await this.#commit(now, () => {
      for (const task of tables.selectDueTasks(this.#sql, now)) {
        this.#applyReport({ task: task.id, step: task.step, seen: { kind: "silent" } }, now);
      }
      this.#fillSlots(now);
    });
  }

  /** Stores a changed task and the outbox rows for its effects; wakes callers that wait for a change they can see. */
  #save(before: Task, after: Task): void {
    tables.updateTask(this.#sql, after, dueAt(after, this.#policy));
    this.#outbox.put(before, after);
    if (isTerminal(after)) {
      recordEnd(this.#sql, after, this.env);
      this.#watchers.delete(after.id);
    }
    if (after.version > before.version) this.#watchers.wake(after.id);
  }

  /** Runs one transaction, sets the alarm in the same turn, so that it is committed with it, and flushes the outbox. */
  async #commit<T>(now: number, work: () => T): Promise<T> {
    this.#parkedPositions = null;
    const result = this.ctx.storage.transactionSync(work);
    this.#parkedPositions = null;
    if (!this.#hasTables) return result;
    await this.#schedule(now);
    await this.#outbox.flush();
    return result;
  }

  /** Moves the alarm forward when something is due earlier. An alarm that fires too early only sets itself again. */
  #schedule(now: number): Promise<void> | undefined {
    const wanted = nextAlarmAt(this.#sql, now);
    if (wanted === null) return undefined;
    if (this.#alarmAt !== null && this.#alarmAt <= wanted) return undefined;
    this.#alarmAt = wanted;
    return this.ctx.storage.setAlarm(wanted);
  }

  #find(id: string, tags: string[]): Task | null {
    const task = this.#hasTables ? tables.selectTask(this.#sql, id) : null;
    return task?.tags.some((tag) => tags.includes(tag)) ? task : null;
  }

  #snapshot(task: Task, now: number): Snapshot {
    if (task.phase !== "parked") return snapshotOf(task, now, null);
    this.#parkedPositions ??= tables.selectParkedPlaces(this.#sql);
    return snapshotOf(task, now, this.#parkedPositions.get(task.id) ?? null);
  }
}
