/** The measures of `npm run bench`. */

/** Clients of the benchmark poll this often. */
export const pollEveryMs = 1_000;
/** Requests that the clients keep open while they submit the tasks of a round. */
export const submitsAtOnce = 10;
/** A workload that takes longer has failed. */
export const maxWorkloadMs = 15 * 60_000;
/** A waiting call states this wait; the server allows up to 600 seconds, and Node's `fetch` 300. */
export const maxWaitSeconds = 280;
export const maxStartMs = 120_000;
export const pingEveryMs = 100;
/** Starts of wrangler, when an inner port is taken each time. */
export const maxStarts = 3;
/** Lines of wrangler that are shown when it does not start. */
export const shownLines = 40;

/** Runs of each workload, from which median and spread are taken. */
export const defaultRepeats = 3;
export const maxRepeats = 20;

/** Dreamina's jobs end at about this share of their forecast (forecast 23 s, done after 14 s). */
export const endShareOfForecast = 0.6;
/** Latencies at the start and at the end of a workload are those of its first and last tenth. */
export const edgeShare = 0.1;
