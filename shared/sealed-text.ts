/** A text sealed with AES-GCM: `v1`, the initialization vector and the box, as base64url. Web Crypto only. */

const ivBytes = 12; // the standard size of AES-GCM (NIST SP 800-38D §5.2.1.1)

/** @returns a text that `decrypt` opens with the same key and context. */
export async function encrypt(key: CryptoKey, text: string, context: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(context) }, key, bytes(text));
  return `v1.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** @throws for another key or context, and for a text that was not sealed. */
export async function decrypt(key: CryptoKey, sealed: string, context: string): Promise<string> {
  const [version, iv, box] = sealed.split(".");
  if (version !== "v1" || iv === undefined || box === undefined) throw new Error("not a sealed text");
  const text = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(iv), additionalData: bytes(context) },
    key,
    fromBase64(box),
  );
  return new TextDecoder().decode(text);
}

const bytes = (text: string) => new TextEncoder().encode(text);

export function toBase64Url(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param text base64 or base64url, padded or not. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
