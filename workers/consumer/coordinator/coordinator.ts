/**
 * The coordinator of one owner, the only writer of live task state: a shell around the moves of its tasks. Each change
 * is one transaction, together with the outbox rows, the tick and the alarm that follow from it. It calls no upstream
 * and reads no session in the clear.
 */
import { DurableObject } from "cloudflare:workers";
import { consumerConfig } from "#shared/config.ts";
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
  Overview,
  RecallAnswer,
  Report,
  Snapshot,
  WorkOrder,
} from "#shared/task/coordinator.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { snapshotOf } from "#shared/task/view.ts";
import { admit, recallTask } from "./admission.ts";
import { Alarm } from "./alarm.ts";
import { list, search } from "./listing.ts";
import { Moves } from "./moves.ts";
import { Outbox } from "./outbox.ts";
import { overview } from "./sessions.ts";
import * as tables from "./tables.ts";
import { Ticks, type ToSend } from "./ticks.ts";
import { Watchers } from "./watchers.ts";

export class Coordinator extends DurableObject<ConsumerEnv> implements Contract {
  readonly #sql = this.ctx.storage.sql;
  readonly #config = consumerConfig(this.env);
  readonly #alarm = new Alarm(this.ctx.storage);
  readonly #watchers = new Watchers();
  readonly #ticks = new Ticks(this.#sql, this.env.TASK_QUEUE);
  readonly #outbox = new Outbox({ sql: this.#sql, records: this.env.TASKS, inputs: this.env.INPUTS, now: Date.now });
  readonly #moves = new Moves({
    sql: this.#sql,
    env: this.env,
    config: this.#config,
    outbox: this.#outbox,
    ticks: this.#ticks,
    watchers: this.#watchers,
  });
  #hasTables = tables.hasTables(this.#sql);
  /** Positions of the parked tasks, cached until the next change: many callers may poll at once. */
  #parkedPositions: Map<string, number> | null = null;
  #owner: string | null = null;

  constructor(state: DurableObjectState, env: ConsumerEnv) {
    super(state, env);
    // Creates the tables that a later version added.
    if (this.#hasTables) tables.createTables(this.#sql);
    void state.blockConcurrencyWhile(() => this.#alarm.restore());
  }

  async create(given: NewTask): Promise<CreateAnswer> {
    const now = Date.now();
    this.#watchers.created(now);
    // The API sends the first tick itself, if one is needed.
    let tick: ToSend | null = null;
    const keepTick = (toSend: ToSend) => {
      tick = toSend;
    };
    const answer = await this.#commit(
      now,
      (): CreateAnswer => {
        if (!this.#hasTables) tables.createTables(this.#sql);
        this.#hasTables = true;
        const admission = admit(this.#sql, given, now, (task) => this.#snapshot(task, now));
        if (admission.kind === "answered") return admission.answer;
        // The answer that had the tick was lost.
        if (admission.kind === "same") this.#ticks.served(now);
        const task = admission.kind === "same" ? admission.task : this.#moves.insert(admission.task, given, now);
        return { kind: "created", snapshot: this.#snapshot(task, now), wakeUp: null };
      },
      keepTick,
    );
    return answer.kind === "created" && tick !== null
      ? { ...answer, wakeUp: this.#ticks.tickFor(given.owner) }
      : answer;
  }

  async recall(idempotency: Idempotency): Promise<RecallAnswer | null> {
    const now = Date.now();
    if (!this.#hasTables) return null;
    return recallTask(this.#sql, idempotency, now, (task) => this.#snapshot(task, now));
  }

  async begin({ calls }: { calls: number }): Promise<WorkOrder[]> {
    const now = Date.now();
    if (!this.#hasTables) return [];
    return this.#commit(now, () => {
      this.#ticks.served(now);
      this.#moves.lookAfterLapsed(now);
      return this.#moves.begin(calls, now);
    });
  }

  async missed(): Promise<void> {
    const now = Date.now();
    if (this.#hasTables) await this.#commit(now, () => this.#moves.lookAfterLapsed(now));
  }

  async report(reports: Report[]): Promise<WorkOrder[]> {
    const now = Date.now();
    return this.#hasTables ? this.#commit(now, () => this.#moves.report(reports, now)) : [];
  }

  async view(id: string, tags: string[]): Promise<Snapshot | null> {
    const until = this.#watchers.heldUntil(Date.now());
    let task = await this.#look(id, tags);
    const version = task?.version;
    while (task !== null && Date.now() < until && this.#isNewsNear(task, until)) {
      if (task.version !== version && task.phase !== "storing") break;
      await this.#watchers.change(id, until - Date.now());
      task = this.#find(id, tags);
    }
    return task && this.#snapshot(task, Date.now());
  }

  async next(id: string, tags: string[], since: number, timeoutMs: number): Promise<Snapshot | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const task = await this.#look(id, tags);
      const leftMs = deadline - Date.now();
      if (task === null || isTerminal(task) || task.version > since || leftMs <= 0) {
        return task && this.#snapshot(task, Date.now());
      }
      await this.#watchers.change(id, leftMs);
    }
  }

  async cancel(id: string, tags: string[]): Promise<CancelAnswer> {
    const now = Date.now();
    const task = this.#find(id, tags);
    if (task === null) return { kind: "unknown" };
    if (isTerminal(task)) return { kind: "finished", snapshot: this.#snapshot(task, now) };
    if (task.phase === "storing") return { kind: "too_late", snapshot: this.#snapshot(task, now) };
    const cancelled = await this.#commit(now, () => this.#moves.cancel(task, now));
    if (cancelled === null) return { kind: "requested", snapshot: this.#snapshot(task, now) };
    return { kind: isTerminal(cancelled) ? "cancelled" : "requested", snapshot: this.#snapshot(cancelled, now) };
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
    const rules = { configured: this.#config.SESSION_CONCURRENCY, now: Date.now() };
    return this.#hasTables ? overview(this.#sql, rules) : null;
  }

  /**
   * Starts the due orders while a caller waits; looks after ended leases, lost ticks and deadlines; retries the outbox;
   * deletes expired rows.
   */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    if (!this.#hasTables) return;
    const now = Date.now();
    const orders = await this.#commit(now, () => {
      this.#alarm.deleteExpired(now);
      this.#moves.lookAfterLapsed(now);
      return this.#config.FAST_PATH ? this.#moves.begin(this.#config.CALLS_PER_INVOCATION, now) : [];
    });
    // Not awaited: neither the next alarm nor other callers wait for the result.
    if (orders.length > 0) void this.#runDirectly(orders, now);
    if (!tables.isEmpty(this.#sql)) return;
    this.#hasTables = false;
    this.#alarm.fired();
    await this.ctx.storage.deleteAll();
  }

  /**
   * Runs one transaction, sets the alarm in the same turn, so that it is committed with it, sends the tick that is
   * needed, and flushes the outbox.
   * @param takeTick takes the tick over, to be sent by the caller.
   */
  async #commit<T>(now: number, work: () => T, takeTick?: (tick: ToSend) => void): Promise<T> {
    this.#parkedPositions = null;
    this.#alarm.changed();
    const { result, tick } = this.ctx.storage.transactionSync(() => {
      const done = work();
      this.#ticks.changed();
      const isServed = takeTick === undefined && this.#isDirect(now);
      return { result: done, tick: this.#hasTables && !isServed ? this.#ticks.promise(now) : null };
    });
    this.#parkedPositions = null;
    if (!this.#hasTables) return result;
    await this.#schedule(now);
    if (tick !== null && takeTick !== undefined && tick.delaySeconds === 0) takeTick(tick);
    else if (tick !== null) await this.#ticks.send(this.#nameOfOwner(), tick, now);
    // The queue may have refused it.
    if (tick !== null) await this.#schedule(now);
    await this.#outbox.flush();
    this.#alarm.changed();
    return result;
  }

  /** Never rejects. */
  async #runDirectly(orders: WorkOrder[], begunAt: number): Promise<void> {
    const owner = this.#nameOfOwner();
    await this.ctx.exports.Runner.run(owner, orders, begunAt).catch((error: unknown) =>
      log("warn", "fast_path_failed", { owner, error }),
    );
  }

  /** Whether the alarm starts due orders itself: a caller waits. */
  #isDirect(now: number): boolean {
    return this.#config.FAST_PATH && this.#watchers.isAnyWatched(now);
  }

  #schedule(now: number): Promise<void> | undefined {
    return this.#hasTables ? this.#alarm.schedule(now, this.#ticks.alarmAt(now, this.#isDirect(now))) : undefined;
  }

  /** A Durable Object cannot always read its own name. Empty without tasks. */
  #nameOfOwner(): string {
    this.#owner ??= tables.selectOwner(this.#sql);
    return this.#owner ?? "";
  }

  /** The task, which a caller looks at. It is looked after when its tick was lost. */
  async #look(id: string, tags: string[]): Promise<Task | null> {
    const task = this.#find(id, tags);
    if (task === null || isTerminal(task)) return task;
    const now = Date.now();
    this.#watchers.polled(id, now);
    if (!this.#ticks.isLost(now)) {
      await this.#schedule(now);
      return task;
    }
    await this.#commit(now, () => this.#moves.lookAfterLapsed(now));
    return this.#find(id, tags);
  }

  /** Whether the answer to a look, or the images, should be there soon. */
  #isNewsNear(task: Task, until: number): boolean {
    if (!this.#config.FAST_PATH) return false;
    if (task.phase === "storing") return true;
    return task.phase === "running" && (task.leaseUntil !== null || (task.wakeAt ?? until) < until);
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
