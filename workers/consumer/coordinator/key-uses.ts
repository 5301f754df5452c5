/**
 * The use of named keys, in the same transaction as the task it is of: images that were made, by days, and what tasks
 * under way have reserved.
 */

import type { NewBatch } from "#shared/task/batch.ts";
import { keyIn } from "#shared/task/key-id.ts";
import {
  type Allowance,
  allowanceOf,
  type HeldKey,
  isOfRequest,
  type KeyRefusal,
  type KeyUse,
  mayPass,
  type Need,
  refusalOf,
} from "#shared/task/key-limits.ts";
import type { Task } from "#shared/task/phases.ts";
import { plannedImages, type TaskRequest } from "#shared/task/request.ts";
import { rowOf } from "#shared/task/row.ts";
import { utc } from "#shared/task/utc.ts";

type Sql = DurableObjectStorage["sql"];

/** `limits`: the latest that were given, with their version; requests of a batch that wait are held to them. */
const tables = [
  `CREATE TABLE IF NOT EXISTS key_uses (
    key TEXT NOT NULL,
    day TEXT NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (key, day)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS key_tasks (
    key TEXT PRIMARY KEY,
    limits TEXT NOT NULL,
    version INTEGER NOT NULL,
    reserved INTEGER NOT NULL DEFAULT 0,
    under_way INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
];

export class KeyUses {
  static readonly tables = tables;
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What holds for the named key among these tags from now on, unless a later version of it is known. */
  setLimits(tags: readonly string[], given: HeldKey | null | undefined): void {
    const key = keyIn(tags);
    if (key === null || given == null) return;
    const { limits, expiresAt, version } = given;
    const held: HeldKey = { limits, expiresAt, version };
    this.#sql.exec(
      `INSERT INTO key_tasks (key, limits, version) VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET limits = ?2, version = ?3 WHERE version < ?3`,
      ...[key, JSON.stringify(held), version],
    );
  }

  /** Why the caller of such tags may make no more now; null where it may, or has no named key. */
  refusal(tags: readonly string[], { model }: Pick<TaskRequest, "model">, need: Need, now: number): KeyRefusal | null {
    const known = this.#held(tags);
    return known && refusalOf(known.held, this.use(known.key, now), { ...need, model, isOfBatch: false }, now);
  }

  /** Why a request of a batch cannot be made now. */
  refusalInBatch(tags: readonly string[], request: TaskRequest, now: number): KeyRefusal | null {
    const known = this.#held(tags);
    const need = { images: plannedImages(request), tasks: 1, model: request.model, isOfBatch: true };
    return known && refusalOf(known.held, this.use(known.key, now), need, now);
  }

  /** Why a batch could make none of its requests. One that only has to wait for other tasks of the key does so there. */
  refusalOfBatch({ tags, items }: Pick<NewBatch, "tags" | "items">, now: number): KeyRefusal | null {
    const [first] = items;
    const refusal = first === undefined ? null : this.refusalInBatch(tags, first.request, now);
    return refusal !== null && (mayPass(refusal) || isOfRequest(refusal)) ? null : refusal;
  }

  /** The rest of the limit of images of such tags; null without one. */
  allowance(tags: readonly string[], now: number): Allowance | null {
    const known = this.#held(tags);
    return known && allowanceOf(known.held.limits, this.use(known.key, now), now);
  }

  /** @param now Unix milliseconds. */
  use(key: string, now: number): KeyUse {
    const day = utc.dayOf(now);
    const days = this.#sql
      .exec<{ day: string; made: number }>(
        "SELECT day, made FROM key_uses WHERE key = ? AND day BETWEEN ? AND ?",
        ...[key, utc.firstOfMonth(now), day],
      )
      .toArray();
    const [tasks] = this.#sql
      .exec<{ reserved: number; underWay: number }>(
        "SELECT reserved, under_way AS underWay FROM key_tasks WHERE key = ?",
        key,
      )
      .toArray();
    return {
      today: days.find((one) => one.day === day)?.made ?? 0,
      thisMonth: days.reduce((sum, { made }) => sum + made, 0),
      ...{ reserved: tasks?.reserved ?? 0, underWay: tasks?.underWay ?? 0 },
    };
  }

  /** A task is under way. */
  begun(task: Task): void {
    this.#change(task, 1);
  }

  /** A task that never began waits in its batch again. */
  undone(task: Task): void {
    this.#change(task, -1);
  }

  /** @param task terminal. @param now Unix milliseconds. */
  ended(task: Task, now: number): void {
    const key = keyIn(task.tags);
    if (key === null) return;
    this.#change(task, -1);
    const made = rowOf(task).images.length;
    if (made === 0) return;
    this.#sql.exec(
      "INSERT INTO key_uses (key, day, made) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET made = made + ?3",
      ...[key, utc.dayOf(now), made],
    );
  }

  /** When the first counts are deleted, Unix milliseconds; null when nothing is counted. */
  firstExpiry(now: number): number | null {
    return this.isEmpty() ? null : utc.nextMonthAt(now);
  }

  /** Whether nothing is counted. */
  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM key_uses LIMIT 1").toArray().length === 0;
  }

  /** Deletes what was counted before this month. */
  deleteExpired(now: number): void {
    this.#sql.exec("DELETE FROM key_uses WHERE day < ?", utc.firstOfMonth(now));
  }

  #change({ tags, request }: Task, by: 1 | -1): void {
    const key = keyIn(tags);
    if (key === null) return;
    this.#sql.exec(
      "UPDATE key_tasks SET reserved = reserved + ?1 * ?2, under_way = under_way + ?1 WHERE key = ?3",
      ...[by, plannedImages(request), key],
    );
  }

  /** The named key among these tags; null without one. */
  #held(tags: readonly string[]): { key: string; held: HeldKey } | null {
    const key = keyIn(tags);
    if (key === null) return null;
    const [row] = this.#sql.exec<{ limits: string }>("SELECT limits FROM key_tasks WHERE key = ?", key).toArray();
    return row === undefined ? null : { key, held: JSON.parse(row.limits) as HeldKey };
  }
}
