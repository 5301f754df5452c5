/** Ids of named keys. Pure. */

const prefix = "key_";
/** Of a random id; tags that are hashes have 24 characters in all, ids of keys 25. */
const randomCharacters = 21;

/** @param random 21 characters of A-Za-z0-9_-. */
export const keyIdOf = (random: string): string => prefix + random;

/**
 * The named key among the tags of a task or a batch; null: another caller's. Its id is its tag, so that it outlives a
 * change of SECRET_KEY.
 */
export const keyIn = (tags: readonly string[]): string | null =>
  tags.find((tag) => tag.startsWith(prefix) && tag.length === prefix.length + randomCharacters) ?? null;
