// A cache that drops the least recently used entry.

export type LruCache<T> = {
  /** Returns the value of the key; calls `make` and stores its value when there is none. */
  get(key: string, make: () => T): T;
};

/** @param maxEntries one more drops the entry that was read the longest ago. */
export function createLruCache<T>(maxEntries: number): LruCache<T> {
  // A Map keeps its keys in insertion order: the first is the oldest.
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
