/**
 * Identifies an Authorization header without storing it: 32 bits of FNV-1a, from which no session can be recovered.
 * Pure.
 */
export function fingerprintOf(header: string | null): string | null {
  if (header === null) return null;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(header)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
