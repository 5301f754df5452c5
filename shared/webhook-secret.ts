/** The secret that signs an owner's webhooks, in the form of Standard Webhooks; at rest only sealed. */
import type { Seal } from "./seal.ts";

const secretBytes = 32;

const contextOf = (owner: string): string => `webhook:${owner}`;

/** A new secret, sealed. */
export function newSealedSecret(seal: Seal, owner: string): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return seal.seal(`whsec_${btoa(String.fromCharCode(...bytes))}`, contextOf(owner));
}

/** @throws when it was sealed with another key or for another owner. */
export const openSecret = (seal: Seal, owner: string, sealed: string): Promise<string> =>
  seal.open(sealed, contextOf(owner));
