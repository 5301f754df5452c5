/** A timeout for promises. */

/** @throws when the promise takes longer. The work behind it continues. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
