/** Limits of requests, as the API documents them. */

const MiB = 1024 * 1024;

export const maxPromptCharacters = 8_000;
/** Seeds have 32 bits. */
export const maxSeed = 2 ** 32 - 1;
/** Images of one request: OpenAI's own limit. */
export const maxImages = 10;
/** Reference images of one request. */
export const maxInputs = 10;
/** One reference image, bytes. */
export const maxInputBytes = 30 * MiB;
/**
 * A JSON body with images. Its text takes 16 MiB, or 32 with a Chinese character in it, and is in memory twice for a
 * moment: while it is joined from its pieces, and while the parsed strings are copied from it. That is at most 64 MiB
 * of the 128 MB a Worker has. `maxStructure` limits what JSON.parse makes beside strings.
 */
export const maxJsonBytes = 16 * MiB;
/** All images of such a body: base64 writes three bytes as four characters. Bytes; the other fields take a little. */
export const maxBase64Bytes = (maxJsonBytes / 4) * 3;

/** The longest wait for images that a caller may ask for. */
export const maxWaitSeconds = 600;
/**
 * The wait without a number. Node's fetch gives up when an answer has not begun after 300 s, and OpenAI's client then
 * repeats the request: https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md (headersTimeout).
 */
export const defaultWaitSeconds = 280;

/** The address of a webhook. */
export const maxWebhookUrlCharacters = 2_048;

/** Tasks on one page of the list. */
export const maxListed = 100;
/** The page size without `limit`. */
export const defaultListed = 20;
/** Tasks that one request deletes. */
export const maxDeleted = 100;
/** Submit ids of one search. */
export const maxSearched = 100;

/** Requests of one batch. */
export const maxBatchRequests = 1_000;
/** The body that makes a batch. */
export const maxBatchBytes = 10 * MiB;
/** Different reference images of one batch: each is fetched and stored before the answer. */
export const maxBatchInputs = 100;
/** Characters of a `custom_id`. */
export const maxCustomIdCharacters = 255;
/** Requests on one page of a batch. */
export const maxBatchListed = 100;
export const defaultBatchListed = 50;
/** Uploaded files on one page: OpenAI's own limit. */
export const maxFilesListed = 10_000;

/** How long a tool of an agent waits for the images unless told: the official clients give up after 60 s. */
export const toolWaitSeconds = 50;
export const maxToolWaitSeconds = 600;
/** Tasks that a tool lists unless told, and at most: a model reads all of them. */
export const usualToolListed = 10;
export const maxToolListed = 50;

/** Names of keys and of the pool's credentials. */
export const maxKeyNameCharacters = 100;
export const maxCredentialNameCharacters = 100;
/** The last moment at which a key may stop working, Unix seconds: milliseconds are above it. */
export const maxKeyExpiry = Date.UTC(2100, 0, 1) / 1000;
/** Models that a key is limited to. */
export const maxModelsOfKey = 100;
/** Sessions and keys that one request adds to the pool, and the text with them. */
export const maxCredentialsAdded = 100;
export const maxCredentialsText = 100_000;
/** The highest weight of a credential. */
export const maxWeight = 100;
/** Days of the administrator's figures. */
export const maxFiguresDays = 366;
export const usualFiguresDays = 30;
