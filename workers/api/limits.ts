/**
 * Times, sizes and counts of the API Worker, each with its unit. What an operator may change is in `shared/config.ts`.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
export const dayMs = 24 * 60 * 60 * 1_000;

// Requests.

/**
 * A JSON body without images: two prompts of 8,000 characters, each written as `\uXXXX` escapes, and the other fields.
 */
export const maxTextBodyBytes = 256 * KiB;
/** The text fields of a form, together: a prompt, and perhaps an image as base64. */
export const maxFormTextBytes = 16 * MiB;
/** The headers of one part of a form. */
export const maxHeadBytes = 16 * KiB;
/** Blanks after a boundary on its line. */
export const maxPaddingBytes = 256;
/** A refused body is read to its end up to this size: only the largest plan allows more (Cloudflare documentation). */
export const maxReadOutBytes = 100 * MiB;
/** The period of the rate limit. */
export const limitPeriodSeconds = 60;

// Reference images.

/** One reference image. */
export const maxInputBytes = 30 * MiB;
/** The smallest GIF of one pixel has 35 bytes; every other type needs more. */
export const minInputBytes = 35;
/** R2 wants the parts of an upload equal, except the last, and at least 5 MiB. Each image in transfer holds one. */
export const uploadPartBytes = 5 * MiB;
/** The first buffer of an upload: enough for most images of the web. It grows to a whole part. */
export const firstPartBytes = 256 * KiB;
/**
 * Reference images staged at once: half of the six connections a Worker may have waiting (Cloudflare documentation).
 */
export const stagedAtOnce = 3;
/** Fetching a reference image: to its headers, redirects included, and from there to its last byte. */
export const fetchLimits = { headersMs: 10_000, bodyMs: 30_000 };
export const maxRedirects = 3;

// Waiting and streams.

/** Longest time a submit waits for the pending record and for the first wake-up. */
export const announceTimeoutMs = 2_000;
/** Proxies close a connection that is silent for half a minute or more. */
export const heartbeatMs = 15_000;
/** An event stream re-reads progress and queue positions, which change without an event, this often. */
export const tickMs = 5_000;
/** Longest event stream: its calls stay below the 1,000 that a request may make on the free plan. */
export const maxEventsMs = 600_000;
/** The reconnection time that an event stream sends. */
export const reconnectMs = 1_000;
/** Longest wait of one call to a coordinator: it goes on that long after its caller disconnected. */
export const maxCallMs = 15_000;
/** A coordinator that is later than its own timeout by this much counts as failed. */
export const lateMs = 5_000;
/** A failed coordinator is called again after this; doubling, so that a stream of ten minutes makes few calls. */
export const firstPauseMs = 1_000;
export const maxPauseMs = 15_000;
/** Timeout of the question whether the upstream is the simulator. */
export const aboutTimeoutMs = 2_000;
