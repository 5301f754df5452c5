/** Names for things inside this browser. Chance alone: `crypto.randomUUID` is missing where the page has no HTTPS. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
