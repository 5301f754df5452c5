// Keeps what was made lately, so that it need not be made again.

export type LruCache<T> = {
  /** The value of this key; made and kept when there is none. */
  get(key: string, make: () => T): T;
};

/** @param maxEntries when there are more, the one not asked for the longest goes. */
export function createLruCache<T>(maxEntries: number): LruCache<T> {
  // A Map keeps the order in which keys were set: the first is the oldest.
  const kept = new Map<string, { value: T }>();
  return {
    get(key, make) {
      const found = kept.get(key) ?? { value: make() };
      kept.delete(key);
      kept.set(key, found);
      const [oldest] = kept.keys();
      if (kept.size > maxEntries && oldest !== undefined) kept.delete(oldest);
      return found.value;
    },
  };
}
