/**
 * The SECRET_KEY that is about to be set: made or taken over, and kept on this machine before it is used, so that no
 * failure leaves a Worker with an unknown key.
 */
import { randomBytes } from "node:crypto";

import type { KeySource } from "./decisions.ts";
import type { Memory } from "./memory.ts";

const KEY_BYTES = 32;
const KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

export type Secrets = Record<string, string>;
type Decision = { source: KeySource; on: unknown[]; given: string | undefined };

/**
 * Makes or takes over the key and keeps a copy on this machine.
 *
 * @param decision of `decideKey`, with the key `given` in the environment
 * @returns the values to set, by the secret's name
 */
export function secretsFor({ source, on, given }: Decision, memory: Memory): Secrets {
  if (on.length === 0 || source === "there") return {};
  if (source === "renewed") return renewed(given, memory);
  const key = { copy: memory.key, given: () => given, new: makeKey }[source]();
  checkKey(key, source === "copy" ? `in ${memory.keyFile}` : "in the environment");
  if (source !== "copy") memory.keepKey(key);
  return { SECRET_KEY: key };
}

/**
 * Another key, beside the one before it where that is known: what was made with it is then still understood. A renewal
 * that was cut short goes on with the key it began with, which one Worker may have already.
 */
function renewed(given: string | undefined, memory: Memory): Secrets {
  const previous = given ?? memory.key();
  if (previous !== undefined) checkKey(previous, "before this one");
  // For the next run, should this one be cut short.
  if (given !== undefined) memory.keepKey(given);
  const key = memory.nextKey() ?? makeKey();
  memory.keepNextKey(key);
  return { SECRET_KEY: key, ...(previous !== undefined && { PREVIOUS_SECRET_KEY: previous }) };
}

const makeKey = () => randomBytes(KEY_BYTES).toString("base64url");

function checkKey(key: string | undefined, where: string): asserts key is string {
  if (key !== undefined && KEY.test(key)) return;
  throw new Error(`The SECRET_KEY ${where} is not 32 random bytes as base64url (43 characters).`);
}
