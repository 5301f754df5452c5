/** Times and sizes of the API Worker, each with its unit. What an operator may change is in `shared/config.ts`. */

export const dayMs = 24 * 60 * 60 * 1_000;
/** Longest time a submit waits for the pending record and for the first wake-up. */
export const announceTimeoutMs = 2_000;
/** Reference images staged at once: half of the six connections a Worker may have waiting (Cloudflare documentation). */
export const stagedAtOnce = 3;
