/**
 * The webhooks of one owner. A change that a webhook asks for becomes a delivery in the transaction of the change; due
 * deliveries are leased and handed out like orders, and come again when they are not reported. At least once: the id of
 * a delivery is the same for all its attempts. An owner without webhooks has no tables for them, and reads none.
 */
import { readerTagOf } from "#consumer/coordinator/listing.ts";
import { deliveriesPerRound, deliveryLeaseMs, lookAheadMs, progressPauseMs } from "#consumer/limits.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { statusByPhase } from "#shared/task/view.ts";
import type { LeasedDelivery, Webhook, WebhookCalls, WebhookEvent, WebhookReader } from "#shared/task/webhook.ts";
import { type BatchChange, batchBody, taskBody } from "./bodies.ts";
import { answersFrom, emptyAnswers } from "./calls.ts";
import { deleteAbout, leaseDelivery, selectDue, selectFirstDue } from "./deliveries.ts";
import { addDelivery, deleteExpired, firstExpiry } from "./delivery-log.ts";
import { recordAttempt } from "./outcomes.ts";
import { attemptsOf } from "./retries.ts";
import { ensureSecret } from "./secrets.ts";
import * as tables from "./tables.ts";

type Parts = {
  sql: DurableObjectStorage["sql"];
  /** The name of a task in its batch; null for a task without one. */
  customIdOf: (taskId: string) => string | null;
};

export class Webhooks {
  readonly #sql: DurableObjectStorage["sql"];
  readonly #customIdOf: (taskId: string) => string | null;
  #has: boolean;
  /** When progress of a task or batch was told last: in memory only, so a restart may tell it once too often. */
  readonly #toldAt = new Map<string, number>();

  constructor({ sql, customIdOf }: Parts) {
    this.#sql = sql;
    this.#customIdOf = customIdOf;
    this.#has = tables.hasTables(sql);
    // Creates the tables that a later version added.
    if (this.#has) tables.createTables(sql);
  }

  /** Creates the tables. Outside a transaction, so that they are there even when it is rolled back. */
  prepare(): void {
    if (!this.#has) tables.createTables(this.#sql);
    this.#has = true;
  }

  /** Every row was deleted, with its table. */
  forget(): void {
    this.#has = false;
  }

  /** Within a transaction, after `prepare`. @param subject a task or a batch. */
  register(subject: string, webhook: Webhook, { owner, tags }: WebhookReader, now: number): void {
    const reader = readerTagOf(tags);
    ensureSecret(this.#sql, { reader, owner, sealed: webhook.secret, now });
    tables.insertWebhook(this.#sql, subject, reader, webhook);
  }

  /** Nothing more is told about a subject. Deliveries that wait are still sent. */
  unregister(subject: string): void {
    if (this.#has) tables.deleteWebhook(this.#sql, subject);
  }

  /** Within the transaction of the change. The webhook of a task is deleted when the task ends. */
  taskChanged(before: Task, after: Task, now: number): void {
    if (!this.#has || after.version === before.version) return;
    const batch = batchOf(after.id);
    const subject = batch ?? after.id;
    const type = eventOf(after);
    this.#tell(subject, { type, object: after.id, now }, (links) => {
      const ofBatch = batch === null ? null : { id: batch, customId: this.#customIdOf(after.id) };
      return taskBody(type, after, { links, batch: ofBatch }, now);
    });
    if (batch === null && isTerminal(after)) tables.deleteWebhook(this.#sql, subject);
  }

  /** Nothing is told about a deleted task any more, nor kept of what was told: its links lead nowhere. */
  taskDeleted(id: string): void {
    if (this.#has) deleteAbout(this.#sql, id);
  }

  /** Within the transaction of the change; once for each change that ends the batch. */
  batchChanged(id: string, change: BatchChange, now: number): void {
    if (!this.#has) return;
    this.#tell(id, { type: change.event, object: id, now }, (links) => batchBody(id, { links, change }, now));
  }

  /** Leases the due deliveries. Another tick follows at once for what does not fit. */
  begin(now: number): LeasedDelivery[] {
    if (!this.#has) return [];
    const due = selectDue(this.#sql, now + lookAheadMs, deliveriesPerRound);
    const secretsOf = new Map<string, string[]>();
    return due.flatMap(({ reader, attempts, ...delivery }) => {
      if (attempts >= attemptsOf(delivery.type)) {
        recordAttempt(this.#sql, { id: delivery.id, attempt: attempts, status: null, fault: "unreported" }, now);
        return [];
      }
      leaseDelivery(this.#sql, delivery.id, { now, until: now + deliveryLeaseMs });
      const secrets = secretsOf.get(reader) ?? tables.selectSecrets(this.#sql, reader, now).map(({ sealed }) => sealed);
      secretsOf.set(reader, secrets);
      return [{ ...delivery, attempt: attempts + 1, secrets }];
    });
  }

  /** Within a transaction; calls that write need `prepare` before it. */
  answer<K extends keyof WebhookCalls>(
    kind: K,
    given: WebhookCalls[K]["given"],
    now: number,
  ): WebhookCalls[K]["answer"] {
    const answers = answersFrom(this.#sql);
    return (this.#has ? answers : { ...answers, ...emptyAnswers })[kind](given, now);
  }

  /** When a delivery is due, Unix milliseconds; null: none is. */
  firstDue(): number | null {
    return this.#has ? selectFirstDue(this.#sql) : null;
  }

  /** When entries of the log expire, Unix milliseconds; null: none do. */
  firstExpiry(now: number): number | null {
    return this.#has ? firstExpiry(this.#sql, now) : null;
  }

  deleteExpired(now: number): void {
    if (this.#has) deleteExpired(this.#sql, now);
  }

  isEmpty(): boolean {
    return !this.#has || tables.isEmpty(this.#sql);
  }

  /** The name of the coordinator; null without webhooks. */
  owner(): string | null {
    return this.#has ? tables.selectOwner(this.#sql) : null;
  }

  #tell(
    subject: string,
    { type, object, now }: { type: WebhookEvent; object: string; now: number },
    bodyFor: (links: tables.Registered) => string,
  ): void {
    const registered = tables.selectWebhook(this.#sql, subject);
    if (registered === null || !registered.events.includes(type)) return;
    if (type.endsWith(".progress") && !this.#mayTellProgress(object, now)) return;
    const { reader, url, origin } = registered;
    const body = bodyFor(registered);
    addDelivery(this.#sql, { reader, subject, object, type, url, origin, body, createdAt: now });
  }

  #mayTellProgress(object: string, now: number): boolean {
    if (now - (this.#toldAt.get(object) ?? 0) < progressPauseMs) return false;
    for (const [other, at] of this.#toldAt) if (now - at >= progressPauseMs) this.#toldAt.delete(other);
    this.#toldAt.set(object, now);
    return true;
  }
}

function eventOf(task: Task): WebhookEvent {
  const status = statusByPhase[task.phase];
  return status === "completed" || status === "failed" ? `task.${status}` : "task.progress";
}
