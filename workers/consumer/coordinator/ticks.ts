/**
 * The tick of one owner: at most one is promised, for the earliest moment at which a tick has something to do. The
 * promise is stored in the transaction that needs it and sent right after; when it is not served in time, the alarm
 * sends another. A tick too many is harmless.
 */
import {
  deliveryMs,
  firstGraceSeconds,
  flushTimeoutMs,
  lookAheadMs,
  maxGraceSeconds,
  maxTickDelayMs,
  retryAfterMs,
} from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { tickOf } from "#shared/task/message.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import type { LiveTasks } from "./live-tasks.ts";

/** `at`: when the tick is delivered, Unix milliseconds. `unanswered`: promises in a row that were not served. */
type Promised = { at: number; unanswered: number };
/** A tick to be sent, with the queue's delay: whole seconds. */
export type ToSend = { delaySeconds: number };

export class Ticks {
  readonly #live: LiveTasks;
  readonly #queue: Queue;
  readonly #webhooks: { firstDue(): number | null };
  /** Undefined: not read yet. */
  #promised: Promised | null | undefined;
  /** Lost ticks in a row, before the present one. */
  #unanswered = 0;
  /** When a tick has something to do, cached until the next change. Undefined: not read. */
  #due: number | null | undefined;
  /** When a tick that the queue refused is sent again, once; after that the grace decides. */
  #retryAt: number | null = null;
  #isRetry = false;

  constructor(live: LiveTasks, queue: Queue, webhooks: { firstDue(): number | null }) {
    this.#webhooks = webhooks;
    this.#live = live;
    this.#queue = queue;
  }

  /** Tasks have changed. */
  changed(): void {
    this.#due = undefined;
  }

  /** Within a transaction. @returns the tick that has to be sent; null when none has to. */
  promise(now: number): ToSend | null {
    const due = this.#firstDue();
    if (due === null) return null;
    const delaySeconds = Math.max(0, Math.ceil(Math.min(due - now, maxTickDelayMs) / 1000));
    const at = now + delaySeconds * 1000;
    const promised = this.#read();
    const isComing = promised !== null && promised.at <= at && now < lostAt(promised);
    this.#isRetry = this.#retryAt !== null && this.#retryAt <= now;
    if (isComing && !this.#isRetry) return null;
    this.#retryAt = null;
    if (!isComing) this.#write({ at, unanswered: this.#unanswered });
    return { delaySeconds };
  }

  /** Sends a promised tick. Never rejects: a tick that the queue refuses is sent again by the alarm. */
  async send(owner: string, { delaySeconds }: ToSend, now: number): Promise<void> {
    try {
      await withTimeout(send(this.#queue, owner, delaySeconds), flushTimeoutMs);
    } catch (error) {
      log("warn", "tick_not_sent", { owner, error });
      if (!this.#isRetry) this.#retryAt = now + retryAfterMs;
    }
  }

  /** A tick was delivered. */
  served(now: number): void {
    const promised = this.#read();
    if (promised !== null && promised.at <= now + lookAheadMs) this.#promised = null;
    this.#unanswered = 0;
    this.#retryAt = null;
  }

  /** No task is left that it was promised for. */
  forget(): void {
    this.#live.sql.exec("DELETE FROM tick");
    this.#promised = null;
    this.#unanswered = 0;
    this.#retryAt = null;
  }

  /** Whether the promised tick should have been served by now, although something is due. */
  isLost(now: number): boolean {
    const promised = this.#read();
    const due = this.#firstDue();
    return promised !== null && due !== null && due <= now && lostAt(promised) <= now;
  }

  /** The promised tick was lost: the next one is waited for longer. */
  lost(): void {
    this.#unanswered += 1;
    this.#promised = null;
  }

  /**
   * When the alarm is needed, Unix milliseconds; null: not for a tick.
   * @param isDirect whether the alarm starts due orders itself.
   */
  alarmAt(now: number, isDirect: boolean): number | null {
    const due = this.#firstDue();
    if (due === null) return null;
    const promised = this.#read();
    const safetyNet = Math.max(due, promised === null ? due + firstGraceSeconds * 1000 : lostAt(promised));
    const retry = this.#retryAt ?? Number.POSITIVE_INFINITY;
    // A tick that the queue is just delivering is left to it.
    const isComing = promised !== null && promised.at <= now;
    const direct = isComing ? Math.max(due, promised.at + deliveryMs) : due;
    return Math.min(safetyNet, retry, isDirect ? direct : Number.POSITIVE_INFINITY);
  }

  #firstDue(): number | null {
    if (this.#due === undefined) this.#due = earlier(this.#live.firstDue("tick"), this.#webhooks.firstDue());
    return this.#due;
  }

  #read(): Promised | null {
    if (this.#promised === undefined) {
      this.#promised = this.#live.sql.exec<Promised>("SELECT at, unanswered FROM tick").toArray()[0] ?? null;
      this.#unanswered = this.#promised?.unanswered ?? 0;
    }
    return this.#promised;
  }

  #write(promised: Promised): void {
    const { at, unanswered } = promised;
    this.#live.sql.exec("INSERT OR REPLACE INTO tick (id, at, unanswered) VALUES (1, ?, ?)", at, unanswered);
    this.#promised = promised;
  }
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const lostAt = ({ at, unanswered }: Promised): number =>
  at + backoffSeconds(unanswered + 1, firstGraceSeconds, maxGraceSeconds) * 1000;

async function send(queue: Queue, owner: string, delaySeconds: number): Promise<void> {
  await queue.send(tickOf(owner), { delaySeconds });
}
