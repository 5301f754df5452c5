/**
 * How many paid calls of a task may be in the air: the slots of its session that no other task holds, and the images
 * that an account may make in a minute. The minute is remembered in memory only: after an eviction the upstream's own
 * refusal, which costs nothing, does the rest.
 */
import { imagesPerMinute, minuteMs } from "#consumer/limits.ts";
import type { Order } from "#shared/task/coordinator.ts";
import { callsInTheAir, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { slotsOf } from "./health.ts";
import type { KnownSessions } from "./known-sessions.ts";
import type { LiveTasks } from "./live-tasks.ts";
import type { SlotRules } from "./sessions.ts";

export class PaidLimits {
  readonly #live: LiveTasks;
  readonly #known: Pick<KnownSessions, "state">;
  /** When images were started in the last minute, by session and model. */
  readonly #started = new Map<string, { at: number; images: number }[]>();

  constructor(live: LiveTasks, known: Pick<KnownSessions, "state">) {
    this.#live = live;
    this.#known = known;
  }

  maxCalls(task: Task, { configured, now }: Omit<SlotRules, "policy">): number {
    const { session } = rowOf(task);
    const { paid, upstream, model } = task.request;
    if (session === null || paid === null) return 0;
    const state = this.#known.state(session);
    const slots = slotsOf(state, configured[upstream], now) - this.#live.slotsOfOthers(session, task.id);
    const inTheAir = task.phase === "dispatched" ? callsInTheAir(task) : 0;
    const left = imagesPerMinute - this.#inLastMinute(`${session} ${model}`, now);
    // A task that has its slot may use it, whatever was learnt since.
    return Math.min(Math.max(1, slots), inTheAir + Math.floor(left / paid.imagesPerCall));
  }

  /** An order was handed out. */
  started(order: Order, now: number): void {
    if (order.kind !== "generate") return;
    const images = order.calls.length * (order.request.paid?.imagesPerCall ?? 1);
    const key = `${order.session.tag} ${order.request.model}`;
    this.#started.set(key, [...(this.#started.get(key) ?? []), { at: now, images }]);
  }

  #inLastMinute(key: string, now: number): number {
    const recent = (this.#started.get(key) ?? []).filter(({ at }) => at > now - minuteMs);
    if (recent.length > 0) this.#started.set(key, recent);
    else this.#started.delete(key);
    return recent.reduce((sum, { images }) => sum + images, 0);
  }
}
