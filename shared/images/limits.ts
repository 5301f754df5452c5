/** Sizes of images. Pure. */

/** Largest image that is stored. A 4k PNG has about 15 MB. */
export const maxImageBytes = 64 * 1024 * 1024;
/**
 * Largest small version that is stored. A PNG of 480 × 480 has up to 700 kB, a WebP image 20 to 60 kB. Two are read whole
 * at most, see `smallCopiesAtOnce`.
 */
export const maxSmallBytes = 1024 * 1024;
/** Largest image that is read whole. It is in memory twice for a moment, and a Worker has 128 MB. */
export const maxWholeBytes = 32 * 1024 * 1024;
