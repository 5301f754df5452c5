/** The signatures of a delivery, as Standard Webhooks writes them: https://www.standardwebhooks.com */

export type Signed = { id: string; timestamp: number; body: string };

/** @param secrets `whsec_` and base64, the newest first. @returns a signature of each, separated by spaces. */
export async function signaturesOf(secrets: string[], { id, timestamp, body }: Signed): Promise<string> {
  const text = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const key = await crypto.subtle.importKey("raw", keyIn(secret), { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, text));
      return `v1,${btoa(String.fromCharCode(...signature))}`;
    }),
  );
  return signatures.join(" ");
}

const keyIn = (secret: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
