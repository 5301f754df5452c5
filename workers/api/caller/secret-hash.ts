/** Hashes of keys, which alone are stored. */

/** SHA-256. */
export type Hash = Uint8Array;

export const hashOf = async (text: string): Promise<Hash> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

export const hexOf = (hash: Hash): string => Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** In a time that does not depend on where they differ. @param hex 64 hexadecimal digits. */
export const isSameHash = (hash: Hash, hex: string): boolean =>
  crypto.subtle.timingSafeEqual(
    hash,
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  );

/** As `isSameHash`, of texts. */
export function isSameText(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  const a: Hash = encoder.encode(one);
  const b: Hash = encoder.encode(other);
  return a.length === b.length && crypto.subtle.timingSafeEqual(a, b);
}
