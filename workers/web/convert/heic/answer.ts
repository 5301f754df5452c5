/** What the worker that decodes HEIC images sends to the page. */

/**
 * `unsupported`: the decoder does not run in this browser, or does not know the image's codec. `notLoaded`: the network.
 */
export type HeicFailure = "notLoaded" | "unsupported" | "broken" | "tooLarge";

/** `isLoaded` comes before the first image, once the decoder is there. */
export type HeicAnswer = { isLoaded: true } | { bitmap: ImageBitmap } | { failure: HeicFailure };
