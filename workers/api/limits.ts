/**
 * Times, sizes and counts of the API Worker, each with its unit. What an operator may change is in `shared/config.ts`.
 */

import { maxJsonBytes } from "#shared/wire/limits.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
export const dayMs = 24 * 60 * 60 * 1_000;

// Requests.

/**
 * A JSON body without images: two prompts of 8,000 characters, each written as `\uXXXX` escapes, and the other fields.
 */
export const maxTextBodyBytes = 256 * KiB;
/** All text fields of a form together: a prompt, and perhaps images as base64, as many as in JSON. */
export const maxFormTextBytes = maxJsonBytes;
/** The headers of one part of a form. */
export const maxHeadBytes = 16 * KiB;
/** Blanks after a boundary on its line. */
export const maxPaddingBytes = 256;
/** A refused body is read to its end up to this size: only the largest plan allows more (Cloudflare documentation). */
export const maxDrainBytes = 100 * MiB;
/** Parts of a form: more than this API has fields, because clients send fields of their own. */
export const maxParts = 100;
/**
 * Opening brackets and commas of a JSON body, those inside texts included, because they are counted without parsing. Two
 * prompts of 8,000 commas have 16,000, all fields and ten images less than a hundred; as many objects take a few MB.
 */
export const maxStructure = 50_000;
/** A text that names a ratio, a resolution or a size. */
export const maxShapeCharacters = 100;
/** A text that is a number or a boolean. */
export const maxNumberCharacters = 50;
/** A value that an error message repeats. A longer one might be a session in the wrong field. */
export const maxEchoedCharacters = 16;

// Callers.

/** Sessions of one Authorization header. Each costs a keyed hash per request. */
export const maxSessions = 100;
/** Sessions of one credits request: one call each, and a Worker of the free plan may make 50 outgoing calls. */
export const maxCreditsSessions = 40;
/** Sessions of one check: up to three calls each, of the same 50. */
export const maxCheckedSessions = 15;
/** Sessions asked at once: a Worker may wait for six answers at the same time; more calls would queue. */
export const sessionsAtOnce = 6;
/** Requests of one caller in `rateLimitSeconds`: the limit of the binding SUBMIT_LIMIT in wrangler.api.toml. */
export const maxRequests = 600;
/** The period of that limit. */
export const rateLimitSeconds = 60;
/** The longest that a browser may keep the answer to a CORS preflight. */
export const preflightSeconds = 86_400;

// Reference images.

/** The smallest GIF of one pixel has 35 bytes; every other type needs more. */
export const minInputBytes = 35;
/** R2 wants the parts of an upload equal, except the last, and at least 5 MiB. Each image in transfer holds one. */
export const uploadPartBytes = 5 * MiB;
/** The first buffer of an upload: enough for most images of the web. It grows to a whole part. */
export const firstPartBytes = 256 * KiB;
/** Base64 is decoded in pieces of this size: a multiple of 4, so that each piece but the last decodes by itself. */
export const base64PieceCharacters = 64 * 1024;
/**
 * Reference images staged at once: half of the six connections a Worker may have waiting (Cloudflare documentation).
 */
export const stagedAtOnce = 3;
/** Fetching a reference image: to its headers, redirects included, and from there to its last byte. */
export const fetchLimits = { headersMs: 10_000, bodyMs: 30_000 };
export const maxRedirects = 3;

// Images.

/** Larger numbers in a Range header are read as this. Every image is smaller, and larger numbers may not be exact. */
export const maxRangeBytes = 2 ** 50;

// Waiting and streams.

/** The longest that a submit waits for the pending record and for the first tick. */
export const announceTimeoutMs = 2_000;
/** Proxies close a connection that is silent for half a minute or more. */
export const heartbeatMs = 15_000;
/** An event stream re-reads progress and queue positions, which change without an event, this often. */
export const tickMs = 5_000;
/** The longest event stream: its calls stay below the 1,000 that a request may make on the free plan. */
export const maxEventsMs = 600_000;
/** The reconnection time that an event stream sends. */
export const reconnectMs = 1_000;
/** The longest wait of one call to a coordinator: it continues that long after its caller disconnected. */
export const maxCallMs = 15_000;
/** A coordinator that is later than its own timeout by this much counts as failed. */
export const lateMs = 5_000;
/** A failed coordinator is called again after this; doubling, so that a stream of ten minutes makes few calls. */
export const firstPauseMs = 1_000;
export const maxPauseMs = 15_000;
/** Timeout of the request that identifies the simulator. */
export const aboutTimeoutMs = 2_000;

/** How long the models that a cloud listed for a key are remembered. */
export const cloudModelsForMs = 5 * 60 * 1000;
/** Keys whose models are remembered in one isolate. */
export const cloudModelsRemembered = 200;

// Batches.

/** Requests of a batch that are read from the coordinator at once. */
export const resultsPerPage = 100;
/** What a running batch advises its pollers to wait, seconds. */
export const batchPollSeconds = 5;
/** When a key that has as many tasks under way as it may is to ask again: about as long as an image takes, seconds. */
export const underWayRetrySeconds = 10;
/** Bytes of a form beside the file that it uploads. */
export const maxFormOverheadBytes = 64 * KiB;
/** How long an uploaded file of requests is kept. The bucket's rule deletes it a day later (scripts/deploy). */
export const fileKeptMs = 7 * dayMs;

// Tools of agents.

/** Bytes of the images that a tool shows: as base64 less than the 1 MB that clients take in a result. */
export const maxShownBytes = 700 * KiB;

/** How long an instance remembers a key of the registry, and the pool; how many; and how long that a key is unknown. */
export const keyRememberedMs = 30_000;
export const keysRemembered = 1_000;
export const unknownKeyMs = 2_000;

// Administration.

/** How long a browser stays signed in. */
export const adminSessionMs = 12 * 60 * 60 * 1_000;
/** Random bytes of an API key. */
export const keyBytes = 24;
/** Credentials that are checked as soon as they are added; each takes up to three calls. */
export const checkedWhenAdded = 12;
/** Credentials of the pool that are read at once for its health. */
export const credentialsPerPage = 1_000;
/** Coordinators that are asked together for their tasks under way. */
export const coordinatorsAskedAtOnce = 20;
/** How long each of them may take before it counts as silent. */
export const coordinatorTimeoutMs = 3_000;
/** How long the registry may take before its last answer counts. */
export const registryTimeoutMs = 5_000;
/** How long a balance of nothing counts, that a check found. */
export const balanceCountsMs = 60 * 60 * 1_000;
