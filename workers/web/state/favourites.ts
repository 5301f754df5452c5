/** Favourite images, by the name that the server gave them; kept in this browser only. */
import { computed } from "@preact/signals";
import { maxFavourites } from "#web/limits.ts";
import { storedSignal } from "#web/storage/storage.ts";

const names = storedSignal<readonly string[]>(
  {
    name: "favourites",
    version: 1,
    read: (stored) => (Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : undefined),
  },
  [],
);

export const favourites = computed<ReadonlySet<string>>(() => new Set(names.value));

export function toggleFavourite(name: string): void {
  const others = names.peek().filter((one) => one !== name);
  names.value = others.length < names.peek().length ? others : [...others, name].slice(-maxFavourites);
}
