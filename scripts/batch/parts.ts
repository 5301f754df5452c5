/** Divides requests into parts, each of which is one batch of the server. Pure. */
import { maxPartBytes, maxPartImages, maxPartRequests } from "./limits.ts";

/** `bytes` of a request's line with its line break; `images`: its reference images, each as some text. */
export type Size = { bytes: number; images: string[] };

/**
 * The places of the requests of each part. A request that is too large alone is a part alone.
 *
 * @param sizes of all requests
 * @param places which of them are divided
 */
export function divide(sizes: Size[], places: number[] = [...sizes.keys()]): number[][] {
  const parts: number[][] = [];
  let bytesLeft = 0;
  let images = new Set<string>();
  for (const place of places) {
    const size = sizes[place] ?? { bytes: 0, images: [] };
    const part = parts.at(-1);
    const added = new Set(size.images.filter((image) => !images.has(image))).size;
    const isFull = part?.length === maxPartRequests || images.size + added > maxPartImages;
    if (part === undefined || isFull || size.bytes > bytesLeft) {
      parts.push([place]);
      bytesLeft = maxPartBytes - size.bytes;
      images = new Set(size.images);
    } else {
      part.push(place);
      bytesLeft -= size.bytes;
      for (const image of size.images) images.add(image);
    }
  }
  return parts;
}
