/** Times and counts of the task core. What the consumer sets is in its policy. Pure. */

/** First poll after a lost submit: a job is visible about a second after the submit. */
export const firstRecoverSeconds = 2;
/** Wait before the next search for a lost submit when a later submit was refused. */
export const recoverAfterRefusalSeconds = 30;
/** Duration of a job without a forecast: most images take 12 to 25 s (Chinese and US sites, 2026). */
export const usualJobSeconds = 20;
/** Polling starts at this share of the forecast, when the fastest jobs are done. */
export const firstPollShare = 0.4;
/** Jobs usually finish at this share of the forecast (forecast 23 s, done after 14 s). */
export const usualShare = 0.6;
/** Polls before that share wait this many times longer. */
export const earlyFactor = 1.5;
/** Longest wait for the first poll, however long the forecast. */
export const maxFirstPollSeconds = 120;
/** Slowest pace of polls, for jobs past twice their forecast. */
export const maxPaceSeconds = 30;
/** Slowest poll the API advises its callers. */
export const maxPollAdviceSeconds = 10;
/** The five calls of an upload, at up to two seconds each, with a margin. */
export const uploadCallsSeconds = 60;
/** Bytes a second of a slow line: 1.3 MB took 7 to 11 s on the Chinese site (2026-01), all calls included. */
export const uploadBytesPerSecond = 256 * 1024;
/**
 * Orders in a row that were begun and never reported: then running the task fails every time, and it is given up. Six,
 * as often as the queue delivers a message.
 */
export const maxUnreported = 6;
/** Duration that the progress assumes without a forecast: a slow job, so that progress does not overtake it. */
export const slowJobSeconds = 30;
/** KV accepts no shorter lifetime (https://developers.cloudflare.com/kv/api/write-key-value-pairs/). */
export const minTtlSeconds = 60;
/** Bounds of the histogram of times from creation to end, ascending: most images take 12 to 25 s, a wait takes longer. */
export const durationBoundsSeconds = [15, 30, 60, 120, 300, 900, 3_600] as const;
