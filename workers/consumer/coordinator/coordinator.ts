/**
 * The coordinator of one owner: the only writer of live task state. It remembers; what happens next is decided by the
 * pure core (`transition`, `decide`, `place`), and every decision is committed in one transaction with an outbox of
 * what it asks for. It talks to no upstream and sees no session in the clear.
 */
import { DurableObject } from "cloudflare:workers";
import { type ConsumerConfig, consumerConfig } from "#shared/config.ts";
import { log } from "#shared/log.ts";
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
import { decide, type Policy } from "#shared/task/decide.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";
import { transition } from "#shared/task/transition.ts";
import { snapshotOf, statusByPhase } from "#shared/task/view.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { firstMoment } from "./alarm.ts";
import { deleteExpiredRows } from "./forget.ts";
import { recall } from "./idempotency.ts";
import { list, search } from "./list-answers.ts";
import { insertListed, updateListed } from "./listing.ts";
import { writeDataPoint } from "./metrics.ts";
import { newTask } from "./new-task.ts";
import { leaseFor, orderFor, orderIn, wakeUpOf } from "./orders.ts";
import { flushOutbox, putIntoOutbox } from "./outbox.ts";
import { overview } from "./overview.ts";
import { dueAt, flushTimeoutMs, overduePerRound, policyFrom, watchedForMs } from "./policy.ts";
import { rememberRefusal, selectRefusal } from "./refusals.ts";
import { noteAnswer, placed, placeParked, readSessions, type SlotRules } from "./sessions.ts";
import * as tables from "./tables.ts";
import { Watchers } from "./watchers.ts";

export class Coordinator extends DurableObject<ConsumerEnv> implements Contract {
  readonly #sql = this.ctx.storage.sql;
  readonly #config: ConsumerConfig = consumerConfig(this.env);
  readonly #policy: Omit<Policy, "watched"> = policyFrom(this.#config);
  #hasTables = tables.hasTables(this.#sql);
  readonly #watchers = new Watchers();
  /** Places of the parked tasks, while nothing changes: many may watch a long line. */
  #line: Map<string, number> | null = null;
  #alarmAt: number | null = null;
  /** The flush that runs, and the one that waits for it: it will find whatever was committed in the meantime. */
  #flushing: Promise<void> = Promise.resolve();
  #nextFlush: Promise<void> | null = null;

  constructor(state: DurableObjectState, env: ConsumerEnv) {
    super(state, env);
    // Tables that came with a later version.
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
      const same = tables.selectTask(this.#sql, given.id);
      if (same !== null) return { kind: "created", snapshot: this.#snapshot(same, now), wakeUp: wakeUpOf(same) };
      const known = given.idempotency && this.#recall(given.idempotency, now);
      if (known) return known;
      const refused = given.resendsRefused ? null : selectRefusal(this.#sql, given.contents, now);
      if (refused !== null) return { kind: "refusedBefore", ...refused };
      for (const session of given.sessions) tables.insertSession(this.#sql, session);
      if (given.idempotency) {
        tables.insertIdempotencyKey(this.#sql, given.idempotency.key, given.idempotency.bodyHash, given.id);
      }
      const parked = newTask(given, now);
      // Whoever is in the line goes first.
      const isFirst = !tables.hasParked(this.#sql);
      const first = isFirst ? placed(parked, readSessions(this.#sql), this.#terms(now)) : parked;
      tables.insertTask(this.#sql, first, dueAt(first, this.#policy));
      insertListed(this.#sql, first);
      // With every session out it ends here. Any other task's first wake-up is sent by whoever creates it.
      if (isTerminal(first)) this.#save(parked, first);
      if (!isFirst) this.#fillSlots(now);
      const task = tables.selectTask(this.#sql, given.id) ?? first;
      return { kind: "created", snapshot: this.#snapshot(task, now), wakeUp: wakeUpOf(task) };
    });
  }

  async recall(idempotency: Idempotency): Promise<RecallAnswer | null> {
    return this.#hasTables ? this.#recall(idempotency, Date.now()) : null;
  }

  async begin(wakeUps: WakeUp[]): Promise<Order[]> {
    const now = Date.now();
    return this.#commit(now, () => wakeUps.map((wakeUp) => this.#begin(wakeUp, now)));
  }

  async report(reports: Report[]): Promise<WorkOrder[]> {
    const now = Date.now();
    return this.#commit(now, () => {
      const work = reports.flatMap((report) => this.#applyReport(report, now));
      this.#fillSlots(now);
      return work;
    });
  }

  async view(id: string, tags: string[]): Promise<Snapshot | null> {
    const task = this.#find(id, tags);
    if (task === null) return null;
    const now = Date.now();
    if (!isTerminal(task)) this.#watchers.saw(id, now);
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
    const next = transition(task, { kind: "cancelled" }, now);
    if (next !== task) {
      await this.#commit(now, () => {
        this.#save(task, next);
        this.#fillSlots(now);
      });
    }
    return { kind: isTerminal(next) ? "cancelled" : "requested", snapshot: this.#snapshot(next, now) };
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
    return this.#hasTables ? overview(this.#sql, this.#terms(Date.now())) : null;
  }

  /** The net under everything: wakes what nobody was heard of, does what was left undone, forgets what is old. */
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

  #recall(idempotency: Idempotency, now: number): RecallAnswer | null {
    const recalled = recall(this.#sql, idempotency, now);
    if (recalled.kind === "new") return null;
    return recalled.kind === "conflict" ? recalled : { kind: "existing", snapshot: this.#snapshot(recalled.task, now) };
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
    const begun = transition(task, { kind: "begun", leaseSeconds: leaseFor(task) }, now);
    this.#save(task, begun);
    return orderFor(task, begun, { session, leaseSeconds: leaseFor(task) }) ?? drop;
  }

  #applyReport({ task: id, step, seen }: Report, now: number): WorkOrder[] {
    const task = this.#hasTables ? tables.selectTask(this.#sql, id) : null;
    // A late report is old news, but for one fact that must never be forgotten: the upstream has the job.
    if (task === null || (task.step !== step && seen.kind !== "accepted")) return [];
    const aware = transition(task, seen, now);
    if (aware === task) return [];
    noteAnswer(this.#sql, task, seen, now);
    const decision = decide(aware, seen, now, {
      ...this.#policy,
      watched: this.#watchers.isWatched(id, now, watchedForMs),
    });
    const next = transition(aware, decision, now);
    this.#save(task, next);
    const { owner, phase } = next;
    log("info", "task_moved", { task: id, owner, step, saw: seen.kind, next: decision.kind, phase });
    const session = next.session === null ? null : tables.selectSession(this.#sql, next.session);
    const order = session === null ? null : orderIn(decision, next, session);
    return order === null ? [] : [order];
  }

  /** A free slot for each parked task, in their order, as far as the slots go. */
  #fillSlots(now: number): void {
    if (this.#hasTables) placeParked(this.#sql, this.#terms(now), (before, after) => this.#save(before, after));
  }

  #terms(now: number): SlotRules {
    return { configured: this.#config.SESSION_CONCURRENCY, now };
  }

  async #wakeOverdue(now: number): Promise<void> {
    await this.#commit(now, () => {
      for (const task of tables.selectDueTasks(this.#sql, now, overduePerRound)) {
        this.#applyReport({ task: task.id, step: task.step, seen: { kind: "silent" } }, now);
      }
      this.#fillSlots(now);
    });
  }

  /** Writes a changed task, and puts into the outbox what the change asks for. */
  #save(before: Task, after: Task): void {
    tables.updateTask(this.#sql, after, dueAt(after, this.#policy));
    putIntoOutbox(this.#sql, before, after);
    if (isTerminal(after)) {
      updateListed(this.#sql, after.id, statusByPhase[after.phase]);
      rememberRefusal(this.#sql, after, after.endedAt ?? 0);
      writeDataPoint(this.env, after);
      this.#watchers.forget(after.id);
    }
    if (after.version > before.version) this.#watchers.wake(after.id);
  }

  /** One transaction, with the alarm set in the same turn and so committed with it; then what the outbox holds. */
  async #commit<T>(now: number, work: () => T): Promise<T> {
    this.#line = null;
    const result = this.ctx.storage.transactionSync(work);
    this.#line = null;
    if (!this.#hasTables) return result;
    await this.#schedule(now);
    // Usually done at once. When the queue or KV hangs, nobody is kept waiting for it: the outbox remembers.
    await withTimeout(this.#flush(), flushTimeoutMs).catch(() => {});
    return result;
  }

  #flush(): Promise<void> {
    if (this.#nextFlush !== null) return this.#nextFlush;
    const { TASK_QUEUE: queue, TASKS: records, INPUTS: inputs } = this.env;
    const outlets = { sql: this.#sql, queue, records, inputs, now: Date.now };
    this.#nextFlush = this.#flushing
      .catch(() => {})
      .then(() => {
        this.#flushing = this.#nextFlush ?? Promise.resolve();
        this.#nextFlush = null;
        return flushOutbox(outlets);
      });
    return this.#nextFlush;
  }

  /** Moves the alarm forward if something is due before it. An alarm that comes too early only sets itself again. */
  #schedule(now: number): Promise<void> | undefined {
    const wanted = firstMoment(this.#sql, now);
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
    this.#line ??= tables.selectParkedPlaces(this.#sql);
    return snapshotOf(task, now, this.#line.get(task.id) ?? null);
  }
}
