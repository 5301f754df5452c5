/** The coordinator's alarm: when it is due beside its ticks, and which rows it deletes. */
import { retentionMs, retryAfterMs } from "#consumer/limits.ts";
import type { Batches } from "./batches/batches.ts";
import { selectFirstEffect } from "./effects.ts";
import type { Kept } from "./kept.ts";
import { deleteExpired, selectFirstExpiry } from "./listing.ts";
import { deleteOldRefusals } from "./refusals.ts";
import type { Reports } from "./reports.ts";
import { deleteTasksEndedBy, selectFirstEnd } from "./tables.ts";

/** Rows of webhooks, which expire, too. */
type Expiring = { firstExpiry(now: number): number | null; deleteExpired(now: number): void };
type Parts = Kept & { batches: Batches; webhooks: Expiring; reports: Pick<Reports, "alarmAt"> };

export class Alarm {
  readonly #storage: DurableObjectStorage;
  readonly #parts: Parts;
  /** When it fires, Unix milliseconds; null: not set. */
  #at: number | null = null;
  /** When it is needed for anything but a tick, cached until the next change. Undefined: not read. */
  #neededAt: number | null | undefined;

  constructor(storage: DurableObjectStorage, parts: Parts) {
    this.#storage = storage;
    this.#parts = parts;
  }

  async restore(): Promise<void> {
    this.#at = await this.#storage.getAlarm();
  }

  fired(): void {
    this.#at = null;
  }

  /** Rows have changed. */
  changed(): void {
    this.#neededAt = undefined;
  }

  /**
   * Moves the alarm forward when something is due earlier. An alarm that fires too early only sets itself again.
   * @param tickAt when the alarm is needed for a tick; null: not for a tick.
   */
  schedule(now: number, tickAt: number | null): Promise<void> | undefined {
    if (this.#neededAt === undefined) this.#neededAt = neededAt(this.#parts, now);
    const moments = [this.#neededAt, tickAt].filter((moment) => moment !== null);
    if (moments.length === 0) return undefined;
    const wanted = Math.max(now, Math.min(...moments));
    if (this.#at !== null && this.#at <= wanted) return undefined;
    this.#at = wanted;
    return this.#storage.setAlarm(wanted);
  }

  /** Deletes rows past their retention, and the sessions once no live task and no batch needs them. */
  deleteExpired(now: number): void {
    const { sql } = this.#storage;
    const { live, known, keyUses, totals, batches, webhooks } = this.#parts;
    deleteTasksEndedBy(sql, now - retentionMs);
    deleteExpired(sql, now);
    deleteOldRefusals(sql, now);
    webhooks.deleteExpired(now);
    keyUses.deleteExpired(now);
    totals.deleteExpired(now);
    known.deleteRemoved(new Set(live.idsBySession().keys()));
    if (live.isEmpty() && !batches.hasActive()) known.deleteSent();
  }
}

/** Unix milliseconds; null: never. */
function neededAt(parts: Parts, now: number): number | null {
  const { live, known, keyUses, totals, batches, webhooks, reports } = parts;
  const { sql } = live;
  const firstEnd = selectFirstEnd(sql);
  const effect = selectFirstEffect(sql);
  const moments = [
    live.firstDue("alarm"),
    // A session that returns takes parked tasks.
    live.hasParked() || batches.hasWaiting() ? known.firstReturn(now) : null,
    // A row that is due is run right after the transaction; the alarm stands behind it.
    effect === null || effect > now ? effect : now + retryAfterMs,
    firstEnd === null ? null : firstEnd + retentionMs,
    selectFirstExpiry(sql),
    batches.firstExpiry(),
    webhooks.firstExpiry(now),
    reports.alarmAt(now),
  ].filter((moment) => moment !== null);
  if (moments.length > 0) return Math.min(...moments);
  // What was counted waits for the next alarm, unless nothing else needs one.
  const counted = [totals.firstExpiry(), keyUses.firstExpiry(now)].filter((moment) => moment !== null);
  return counted.length === 0 ? null : Math.min(...counted);
}
