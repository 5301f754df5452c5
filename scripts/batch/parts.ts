/** Divides requests into parts, each of which is one batch of the server. Pure. */
import { maxPartBytes, maxPartImages, maxPartRequests } from "./limits.ts";

/** Places of the requests: from `first`, `count` of them. */
export type Span = { first: number; count: number };

/** `bytes` of a request's line with its line break; `images`: its reference images, each as some text. */
type Size = { bytes: number; images: string[] };

/** A request that is too large alone is a part alone. */
export function spansOf(sizes: Size[]): Span[] {
  const spans: Span[] = [];
  let bytesLeft = 0;
  let images = new Set<string>();
  for (const [first, size] of sizes.entries()) {
    const span = spans.at(-1);
    const added = new Set(size.images.filter((image) => !images.has(image))).size;
    const isFull = span?.count === maxPartRequests || images.size + added > maxPartImages;
    if (span === undefined || isFull || size.bytes > bytesLeft) {
      spans.push({ first, count: 1 });
      bytesLeft = maxPartBytes - size.bytes;
      images = new Set(size.images);
    } else {
      span.count += 1;
      bytesLeft -= size.bytes;
      for (const image of size.images) images.add(image);
    }
  }
  return spans;
}
