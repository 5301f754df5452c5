/** Limits and intervals of `npm run batch`. */

/** Of one call to POST /v1/images/batches. */
export const maxPartRequests = 1_000;
export const maxPartBytes = 10_000_000;
/** Different reference images. */
export const maxPartImages = 100;
/** Of a prompt and of a custom_id, as the API documents them. */
export const maxPromptCharacters = 8_000;
export const maxCustomIdCharacters = 255;

/** Prompts that the templates of one run may make. Lines without template are not counted. */
export const maxExpansions = 10_000;

/** Prompts and faults that are shown before the rest is only counted. */
export const maxShownPrompts = 10;
export const maxShownFaults = 100;
export const maxShownFailures = 5;

/** Bytes of a file's name without number and ending: file systems allow 255 in all. */
export const maxStemBytes = 120;

/** Images that are downloaded side by side. */
export const downloadsAtOnce = 6;
/** A download of which no byte came for this long is given up and repeated. */
export const downloadStallMs = 30_000;
export const callTimeoutMs = 120_000;

/** The first wait after a fault; it doubles up to the longest. */
export const firstBackoffMs = 500;
export const maxBackoffMs = 20_000;
/** The longest wait that a server's Retry-After can ask for. */
export const maxRetryAfterMs = 300_000;
/** How long a server that does not answer is waited for: once work is under way, and before anything was sent. */
export const patienceMs = 10 * 60_000;
export const firstPatienceMs = 15_000;

/** Between two looks at a batch, where the server does not say. */
export const pollMs = 2_000;
/**
 * Between two readings of all results of one batch, which cost the server a row for each request: at least the first
 * time, and no longer than the second; sooner when this share of the requests has ended.
 */
export const minResultsMs = 5_000;
export const maxResultsMs = 60_000;
export const resultsShare = 0.02;
/** Readings of the results of an ended batch that do not have all its requests. */
export const maxFinalReads = 30;
/** The least time between two drawings of the progress. */
export const showMs = 200;
/** Without a terminal: between two lines of progress, and until a paused batch ends the command. */
export const plainProgressMs = 10_000;
export const maxPausedMs = 10 * 60_000;
