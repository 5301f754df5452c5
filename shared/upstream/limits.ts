/** Times and counts of the upstream client. Pure. */

/** Timeout of one call. A round trip takes under a second. */
export const callTimeoutMs = 20_000;
/** Timeout of the bytes of a reference image: 30 MB over a slow line. */
export const bytesTimeoutMs = 90_000;
/** Timeout of a whole image: 15 MB at half a megabyte a second. The next poll brings fresh links. */
export const downloadTimeoutMs = 30_000;
/** Outgoing calls of one upload, at most: token, target, bytes, commit, content check. */
export const callsPerUpload = 5;
