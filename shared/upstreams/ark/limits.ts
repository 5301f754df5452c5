/** Times and sizes of the Ark client. Pure. */

/** Timeout of a list of models. */
export const modelsTimeoutMs = 10_000;
/** Longest wait taken from a Retry-After header. */
export const maxRetryAfterSeconds = 600;
/** A whole request. The vendor documents 64 MB for video only (BytePlus' own node pack, 2026-11); the smaller MB. */
export const maxRequestBytes = 64_000_000;
/** Space for everything of a request but its reference images: a prompt of any usual length. */
export const bytesBesideInputs = 1_000_000;
/** Reference images and made images of one call, together (documents of both clouds, 2026-10). */
export const maxInputsAndImages = 15;
/** Characters of the cloud's text in an error that callers see: one or two sentences. */
export const maxShownCharacters = 200;
/** Characters of an answer in the log. */
export const maxLoggedCharacters = 400;
/** Bytes that all reference images of a call may have together, as files, whatever its prompt. */
export const maxInputBytes = Math.floor((maxRequestBytes - bytesBesideInputs) / 4) * 3;
