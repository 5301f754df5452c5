/** A server with its own sessions, and two API keys for them. */

export async function aPool(sessions: string) {
  const keys = ["sk-alice-0123456789abcdef", "sk-bob-0123456789abcdef"] as const;
  const hashes = await Promise.all(keys.map(hashOf));
  return { keys, bindings: { API_KEYS: hashes.join(","), DEFAULT_SESSIONS: sessions } };
}

async function hashOf(key: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
