/** What a coordinator keeps of its rows in memory. */

/** Runs a transaction that changes rows. When it is rolled back, they are read again. */
export function withCaches<T>(caches: { forget(): void }[], transaction: () => T): T {
  try {
    return transaction();
  } catch (error) {
    for (const cache of caches) cache.forget();
    throw error;
  }
}
