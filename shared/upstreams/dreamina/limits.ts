/** Times and counts of the upstream client. Pure. */

/** Timeout of one call. A round trip takes under a second. */
export const callTimeoutMs = 20_000;
/** Timeout of the bytes of a reference image: 30 MB over a slow line. */
export const bytesTimeoutMs = 90_000;
/** Outgoing calls of one upload, at most: token, target, bytes, commit, content check. */
export const callsPerUpload = 5;
/** Longest wait taken from a Retry-After header; a task polls again after that. */
export const maxRetryAfterSeconds = 600;
/** Images of one batch: the upstream makes four at a time (clients of the Chinese site, 2025 to 2026). */
export const imagesPerBatch = 4;
/** Lifetime that the session cookie states: 60 days, as in real Singapore sessions (2026-04). */
export const cookieLifetimeSeconds = 5_184_000;
/** Characters of the upstream's text in an error that callers see: one or two sentences. */
export const maxShownCharacters = 200;
/** Characters of an unreadable answer in the log. */
export const maxLoggedCharacters = 200;
