/**
 * Who is looking at which task, in memory only: callers that wait for its next change, and tasks that were asked for
 * in the last few seconds. Lost with the object, and then only a little slower.
 */
export class Watchers {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #seenAt = new Map<string, number>();

  /** Somebody asked for the task. @param now Unix milliseconds. */
  saw(id: string, now: number): void {
    this.#seenAt.set(id, now);
  }

  isWatched(id: string, now: number, forMs: number): boolean {
    return this.#waiting.has(id) || now - (this.#seenAt.get(id) ?? 0) < forMs;
  }

  /** The task changed in a way its callers can see. */
  wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** The task ended: there is nothing more to watch. */
  forget(id: string): void {
    this.#seenAt.delete(id);
  }

  /** Resolves at the task's next change, or when the time is up. */
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
