/**
 * The coordinator of one owner, the only writer of live task state: a shell around the moves of its tasks. Each change
 * is one transaction, together with the outbox rows, the tick and the alarm that follow from it. It calls no upstream
 * and reads no session in the clear.
 */
import { DurableObject } from "cloudflare:workers";
import { consumerConfig } from "#shared/config.ts";
import type {
  BatchActionAnswer,
  BatchChange,
  BatchCoordinator,
  BatchItemPage,
  BatchItemQuery,
  BatchListAnswer,
  BatchListQuery,
  BatchSnapshot,
  CreateBatchAnswer,
  NewBatch,
  RecallBatchAnswer,
} from "#shared/task/batch.ts";
import type {
  CancelAnswer,
  Coordinator as Contract,
  CreateAnswer,
  Deleted,
  Idempotency,
  ListAnswer,
  Listed,
  ListQuery,
  NewTask,
  Order,
  Overview,
  RecallAnswer,
  Removal,
  RemovalAnswer,
  Report,
  Snapshot,
  TaskUnderWay,
  WebhookCalls,
} from "#shared/task/coordinator.ts";
import { tickOf } from "#shared/task/message.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import type { PoolCalls } from "#shared/task/pool.ts";
import { registryOf } from "#shared/task/registry.ts";
import { admit, recallTask } from "./admission.ts";
import { withCaches } from "./caches.ts";
import { deliverDirectly, runDirectly } from "./hand-over.ts";
import { partsOf } from "./parts.ts";
import * as tables from "./tables.ts";
import type { ToSend } from "./ticks.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

export class Coordinator extends DurableObject<ConsumerEnv> implements Contract, BatchCoordinator {
  readonly #sql = this.ctx.storage.sql;
  readonly #config = consumerConfig(this.env);
  readonly #parts = partsOf(this.ctx.storage, this.env, this.#config);
  readonly #live = this.#parts.live;
  readonly #batches = this.#parts.batches;
  readonly #batchViews = this.#parts.batchViews;
  readonly #batchMoves = this.#parts.batchMoves;
  readonly #webhooks = this.#parts.webhooks;
  readonly #alarm = this.#parts.alarm;
  readonly #watchers = this.#parts.watchers;
  readonly #ticks = this.#parts.ticks;
  readonly #outbox = this.#parts.outbox;
  readonly #views = this.#parts.views;
  readonly #moves = this.#parts.moves;
  readonly #reports = this.#parts.reports;
  readonly #caches = [this.#live, this.#batches, this.#parts.known, this.#parts.totals];
  #hasTables = tables.hasTables(this.#sql);
  #owner: string | null = null;

  constructor(state: DurableObjectState, env: ConsumerEnv) {
    super(state, env);
    // Creates the tables that a later version added.
    if (this.#hasTables) tables.createTables(this.#sql);
    void state.blockConcurrencyWhile(() => this.#alarm.restore());
  }

  async create(given: NewTask): Promise<CreateAnswer> {
    await this.#useMembers(given.pool);
    const now = Date.now();
    this.#watchers.present(now);
    if (given.webhook) this.#webhooks.prepare();
    const { keyUses } = this.#parts;
    const { result, tick } = await this.#transact(now, { isDirect: false }, (): CreateAnswer => {
      this.#ensureTables();
      keyUses.setLimits(given.tags, given.key);
      const parts = { sql: this.#sql, keyUses };
      const admission = admit(parts, given, now, (task) => this.#views.snapshot(task, now));
      if (admission.kind === "answered") return admission.answer;
      // The answer that had the tick was lost.
      if (admission.kind === "same") this.#ticks.served(now);
      const task = admission.kind === "same" ? admission.task : this.#moves.insert(admission.task, given, now);
      const allowance = keyUses.allowance(given.tags, now);
      return { kind: "created", snapshot: this.#views.snapshot(task, now), wakeUp: null, allowance };
    });
    // The API sends the tick for the task itself.
    const isForApi = result.kind === "created" && tick?.delaySeconds === 0;
    await this.#follow(isForApi ? null : tick, now);
    return isForApi ? { ...result, wakeUp: tickOf(given.owner) } : result;
  }

  async recall(idempotency: Idempotency): Promise<RecallAnswer | null> {
    const now = Date.now();
    if (!this.#hasTables) return null;
    return recallTask(this.#sql, idempotency, now, (task) => this.#views.snapshot(task, now));
  }

  async begin({ calls }: { calls: number }): Promise<Order[]> {
    const now = Date.now();
    if (!this.#hasTables) return [];
    const { orders, deliveries } = await this.#commit(now, () => {
      this.#ticks.served(now);
      this.#moves.lookAfterLapsed(now);
      return { orders: this.#moves.begin(calls, now), deliveries: this.#webhooks.begin(now) };
    });
    this.#deliver(deliveries);
    return orders;
  }

  async missed(): Promise<void> {
    const now = Date.now();
    if (this.#hasTables) await this.#commit(now, () => this.#moves.lookAfterLapsed(now));
  }

  async report(reports: Report[]): Promise<Order[]> {
    const now = Date.now();
    return this.#hasTables ? this.#commit(now, () => this.#moves.report(reports, now)) : [];
  }

  async view(id: string, tags: string[]): Promise<Snapshot | null> {
    const now = Date.now();
    const seen = await this.#look(id, tags);
    if (seen === null) return this.#ended(id, tags);
    const task = this.#config.FAST_PATH ? await this.#views.afterNews(seen, tags, now) : seen;
    return task && this.#views.snapshot(task, Date.now());
  }

  async next(id: string, tags: string[], since: number, timeoutMs: number): Promise<Snapshot | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const task = await this.#look(id, tags);
      if (task === null) return this.#ended(id, tags);
      const leftMs = deadline - Date.now();
      if (isTerminal(task) || task.version > since || leftMs <= 0) return this.#views.snapshot(task, Date.now());
      await this.#watchers.change(id, leftMs);
    }
  }

  async cancel(id: string, tags: string[]): Promise<CancelAnswer> {
    const now = Date.now();
    const task = this.#find(id, tags);
    if (task === null) {
      const ended = this.#ended(id, tags);
      return ended === null ? { kind: "unknown" } : { kind: "finished", snapshot: ended };
    }
    if (isTerminal(task)) return { kind: "finished", snapshot: this.#views.snapshot(task, now) };
    if (task.phase === "storing") return { kind: "too_late", snapshot: this.#views.snapshot(task, now) };
    const cancelled = await this.#commit(now, () => this.#moves.cancel(task, now));
    const after = cancelled ?? task;
    if (after.phase === "failed") return { kind: "finished", snapshot: this.#views.snapshot(after, now) };
    const kind = after.phase === "cancelled" ? "cancelled" : after.phase === "completed" ? "too_late" : "requested";
    return { kind, snapshot: this.#views.snapshot(after, now) };
  }

  async deleted(id: string): Promise<Deleted> {
    return this.#hasTables ? this.#views.deleted(id) : { isDeleted: false, images: [] };
  }

  async remove(removals: Removal[], tags: string[]): Promise<RemovalAnswer[]> {
    const now = Date.now();
    if (!this.#hasTables && !removals.some(({ isRecorded }) => isRecorded)) return removals.map(() => "unknown");
    return this.#commit(now, () => {
      this.#ensureTables();
      return removals.map((removal) => this.#parts.deletions.remove(removal, tags, now));
    });
  }

  async list(query: ListQuery): Promise<ListAnswer> {
    if (this.#hasTables) return this.#views.list(query);
    return query.after === null ? { kind: "page", tasks: [], hasMore: false } : { kind: "unknown_cursor" };
  }

  async search(submitIds: string[], tags: string[]): Promise<Listed[]> {
    return this.#hasTables ? this.#views.search(submitIds, tags) : [];
  }

  async createBatch(given: NewBatch): Promise<CreateBatchAnswer> {
    await this.#useMembers(given.pool);
    const now = Date.now();
    this.#owner ??= given.owner;
    if (given.webhook) this.#webhooks.prepare();
    return this.#commit(now, (): CreateBatchAnswer => {
      this.#ensureTables();
      const known = this.#batchViews.recall(given, now);
      if (known !== null) return known;
      const { keyUses } = this.#parts;
      keyUses.setLimits(given.tags, given.key);
      const refusal = keyUses.refusalOfBatch(given, now);
      if (refusal !== null) return { kind: "aboveLimit", refusal };
      this.#batchMoves.insert(given, now);
      return { kind: "created", batch: this.#batchViews.require(given.id, now) };
    });
  }

  async recallBatch(idempotency: Idempotency): Promise<RecallBatchAnswer | null> {
    return this.#hasTables ? this.#batchViews.recall({ id: null, idempotency }, Date.now()) : null;
  }

  async batch(id: string, tags: string[]): Promise<BatchSnapshot | null> {
    const now = Date.now();
    const batch = this.#hasTables ? this.#batchViews.find(id, tags, now) : null;
    if (batch !== null && batch.endedAt === null) {
      this.#watchers.present(now);
      await this.#schedule(now);
    }
    return batch;
  }

  async listBatches(query: BatchListQuery): Promise<BatchListAnswer> {
    if (this.#hasTables) return this.#batchViews.list(query, Date.now());
    return query.after === null ? { kind: "page", batches: [], hasMore: false } : { kind: "unknown_cursor" };
  }

  async batchItems(id: string, query: BatchItemQuery): Promise<BatchItemPage | null> {
    if (!this.#hasTables) return null;
    return this.#batchViews.items(id, query, (task) => this.#views.snapshot(task, Date.now()));
  }

  async changeBatch(id: string, tags: string[], change: BatchChange): Promise<BatchActionAnswer> {
    await this.#useMembers(change.pool);
    const now = Date.now();
    if ((await this.batch(id, tags)) === null) return { kind: "unknown" };
    const why = await this.#commit(now, () => {
      this.#parts.keyUses.setLimits(tags, change.key);
      return this.#batchMoves.change(id, change, now);
    });
    if (why !== null) return { kind: "refused", why };
    return { kind: "done", batch: this.#batchViews.require(id, now) };
  }

  async overview(): Promise<Overview | null> {
    return this.#hasTables ? this.#views.overview() : null;
  }

  async underWay(query: { limit: number; withPrompts: boolean }): Promise<TaskUnderWay[]> {
    return this.#hasTables ? this.#views.underWay(query) : [];
  }

  async webhooks<K extends keyof WebhookCalls>(
    kind: K,
    given: WebhookCalls[K]["given"],
  ): Promise<WebhookCalls[K]["answer"]> {
    const now = Date.now();
    if (kind === "secrets" || kind === "rotate" || kind === "test") {
      this.#ensureTables();
      this.#webhooks.prepare();
    }
    return this.#commit(now, () => this.#webhooks.answer(kind, given, now));
  }

  async pool<K extends keyof PoolCalls>(kind: K, given: PoolCalls[K]["given"]): Promise<PoolCalls[K]["answer"]> {
    if (kind === "states") await this.#useMembers(given as PoolCalls["states"]["given"]);
    const now = Date.now();
    return this.#commit(now, () => {
      this.#ensureTables();
      return this.#parts.pool.answer(kind, given, now);
    });
  }

  /**
   * Starts the due orders while a caller waits; looks after ended leases, lost ticks and deadlines; retries the outbox;
   * deletes expired rows.
   */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    if (!this.#hasTables) return;
    const now = Date.now();
    const { orders, deliveries } = await this.#commit(now, () => {
      this.#alarm.deleteExpired(now);
      this.#batchMoves.deleteExpired(now);
      if (this.#live.isEmpty() && this.#webhooks.firstDue() === null) this.#ticks.forget();
      this.#moves.lookAfterLapsed(now);
      if (!this.#config.FAST_PATH) return { orders: [], deliveries: [] };
      const { CALLS_PER_INVOCATION } = this.#config;
      return { orders: this.#moves.begin(CALLS_PER_INVOCATION, now), deliveries: this.#webhooks.begin(now) };
    });
    // Not awaited: neither the next alarm nor other callers wait for the result.
    if (orders.length > 0) void runDirectly(this.ctx.exports.Runner, this.#nameOfOwner(), orders, now);
    this.#deliver(deliveries);
    await this.#reports.ended();
    if (!this.#isEmpty()) return;
    this.#hasTables = false;
    this.#webhooks.forget();
    this.#alarm.fired();
    for (const cache of this.#caches) cache.forget();
    await this.ctx.storage.deleteAll();
  }

  #isEmpty(): boolean {
    const { keyUses, totals } = this.#parts;
    return tables.isEmpty(this.#sql) && this.#webhooks.isEmpty() && keyUses.isEmpty() && totals.isEmpty();
  }

  #ensureTables(): void {
    if (!this.#hasTables) tables.createTables(this.#sql);
    this.#hasTables = true;
  }

  /** Fetches the members of the pool where the caller knows of later ones. @throws when they cannot be fetched. */
  async #useMembers(pool: { version: number } | null | undefined): Promise<void> {
    const known = this.#hasTables ? this.#parts.known.membersVersion() : 0;
    if (pool == null || pool.version <= known) return;
    await this.pool("members", await registryOf(this.env.REGISTRY).members());
  }

  /** Runs one transaction, then sends the tick that it needs and flushes the outbox. */
  async #commit<T>(now: number, work: () => T): Promise<T> {
    const { result, tick } = await this.#transact(now, { isDirect: this.#isDirect(now) }, work);
    await this.#follow(tick, now);
    return result;
  }

  /**
   * Runs one transaction, and sets the alarm in the same turn, so that it is committed with it.
   * @returns the tick that has to be sent; null when none has to, or the alarm starts the orders itself.
   */
  async #transact<T>(now: number, { isDirect }: { isDirect: boolean }, work: () => T) {
    this.#views.changed();
    this.#alarm.changed();
    const done = withCaches(this.#caches, () =>
      this.ctx.storage.transactionSync(() => {
        const result = work();
        this.#ticks.changed();
        return { result, tick: this.#hasTables && !isDirect ? this.#ticks.promise(now) : null };
      }),
    );
    this.#views.changed();
    await this.#schedule(now);
    return done;
  }

  async #follow(tick: ToSend | null, now: number): Promise<void> {
    if (!this.#hasTables) return;
    this.#reports.tell(now, () => this.#nameOfOwner());
    if (tick !== null) {
      await this.#ticks.send(this.#nameOfOwner(), tick, now);
      // The queue may have refused it.
      await this.#schedule(now);
    }
    await this.#outbox.flush();
    this.#alarm.changed();
  }

  /** Not awaited: a receiver may take long. */
  #deliver(deliveries: ReturnType<Webhooks["begin"]>): void {
    if (deliveries.length > 0) void deliverDirectly(this.ctx.exports.Runner, this.#nameOfOwner(), deliveries);
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
    this.#owner ??= tables.selectOwner(this.#sql) ?? this.#webhooks.owner();
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

  #ended(id: string, tags: string[]): Snapshot | null {
    return this.#hasTables ? this.#views.ended(id, tags) : null;
  }

  #find(id: string, tags: string[]): Task | null {
    return this.#hasTables ? this.#views.find(id, tags) : null;
  }
}
