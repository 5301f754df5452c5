/** Reads an image with the browser's own decoders. */

/** @returns the image, upright; null when the browser cannot read it. The caller closes it. */
export const bitmapOf = (blob: Blob): Promise<ImageBitmap | null> => createImageBitmap(blob).catch(() => null);
