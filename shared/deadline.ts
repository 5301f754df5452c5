/** The time limit of a call. */

/**
 * `using` ends it with the block. A timer that is left, as that of `AbortSignal.timeout` is, keeps a Durable Object
 * awake, and billed, until it fires (https://github.com/cloudflare/workerd/issues/4936, and measured with workerd
 * 1.20261023.1).
 */
export class Deadline implements Disposable {
  readonly #timer: ReturnType<typeof setTimeout>;
  /** Aborts with a `TimeoutError`, as that of `AbortSignal.timeout` does. */
  readonly signal: AbortSignal;

  private constructor(ms: number) {
    const controller = new AbortController();
    const tooLate = () =>
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    this.#timer = setTimeout(tooLate, ms);
    this.signal = controller.signal;
  }

  /** @param ms from now on. */
  static after(ms: number): Deadline {
    return new Deadline(ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
