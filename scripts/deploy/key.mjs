// The SECRET_KEY that is about to be set: made or taken over, and kept on this machine before it is used, so that no
// failure leaves a Worker with a key nobody has.

import { randomBytes } from "node:crypto";

const KEY_BYTES = 32;
const KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/** @param decision of `decideKey`, with the key `given` in the environment @returns secrets by name */
export function secretsFor({ source, on, given }, memory) {
  if (on.length === 0) return {};
  if (source === "renewed") return renewed(given, memory);
  const key = { copy: memory.key, given: () => given, new: makeKey }[source]();
  refuseMisshapen(key, source === "copy" ? `in ${memory.keyFile}` : "in the environment");
  if (source !== "copy") memory.keepKey(key);
  return { SECRET_KEY: key };
}

/**
 * Another key, beside the one before it where that is known: what was made with it is then still understood. A renewal
 * that was cut short goes on with the key it began with, which one Worker may have already.
 */
function renewed(given, memory) {
  const previous = given ?? memory.key();
  if (previous !== undefined) refuseMisshapen(previous, "before this one");
  // For the next run, should this one be cut short.
  if (given !== undefined) memory.keepKey(given);
  const key = memory.nextKey() ?? makeKey();
  memory.keepNextKey(key);
  return { SECRET_KEY: key, ...(previous !== undefined && { PREVIOUS_SECRET_KEY: previous }) };
}

const makeKey = () => randomBytes(KEY_BYTES).toString("base64url");

function refuseMisshapen(key, where) {
  if (KEY.test(key)) return;
  throw new Error(`The SECRET_KEY ${where} is not 32 random bytes as base64url (43 characters).`);
}
