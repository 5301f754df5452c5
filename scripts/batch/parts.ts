/** Divides requests into parts, each of which is one batch of the server. Pure. */
import { maxPartBytes, maxPartRequests } from "./limits.ts";

/** Places of the requests: from `first`, `count` of them. */
export type Span = { first: number; count: number };

/** @param bytes of each request, with its line break. One that is too large alone is a part alone. */
export function spansOf(bytes: number[]): Span[] {
  const spans: Span[] = [];
  let left = 0;
  for (const [first, size] of bytes.entries()) {
    const span = spans.at(-1);
    if (span === undefined || span.count === maxPartRequests || size > left) {
      spans.push({ first, count: 1 });
      left = maxPartBytes - size;
    } else {
      span.count += 1;
      left -= size;
    }
  }
  return spans;
}
