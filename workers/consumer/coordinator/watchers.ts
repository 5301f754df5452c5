/**
 * Watched tasks, in memory only: those with callers that wait for a change, and those polled in the last seconds. When
 * the object is evicted, the next polls are slower, and nothing else is lost.
 */
import { polledFactor, unwatchedFactor, watchedForMs } from "#consumer/limits.ts";

export class Watchers {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #seenAt = new Map<string, number>();
  #lastSeenAt = 0;

  /** A caller polled the task. @param now Unix milliseconds. */
  polled(id: string, now: number): void {
    this.#seenAt.set(id, now);
    this.#lastSeenAt = now;
  }

  /** A caller is there: one who submits is likely to poll soon, and one who polls a batch waits for its tasks. */
  present(now: number): void {
    this.#lastSeenAt = now;
  }

  /** Whether any task is watched, or was until a few seconds ago. */
  isAnyWatched(now: number): boolean {
    return this.#waiting.size > 0 || now - this.#lastSeenAt < watchedForMs;
  }

  /**
   * How many times less often than for a caller on an open connection the task is polled.
   * @param isSlotWanted others wait for its slot, whose time is lost while its end is not known.
   */
  paceFactor(id: string, now: number, isSlotWanted: boolean): number {
    if (this.#waiting.has(id)) return 1;
    const isPolled = now - (this.#seenAt.get(id) ?? 0) < watchedForMs;
    return isPolled || isSlotWanted ? polledFactor : unwatchedFactor;
  }

  /** Resolves every wait for a change of this task. */
  wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** Deletes the entry of a terminal task. */
  delete(id: string): void {
    this.#seenAt.delete(id);
  }

  /** Resolves at the task's next change, or after the timeout. */
  async change(id: string, timeoutMs: number): Promise<void> {
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting);
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    waiting.delete(resolve);
    if (waiting.size === 0) this.#waiting.delete(id);
  }
}
