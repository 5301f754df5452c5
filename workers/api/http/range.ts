/** The Range header (RFC 9110, section 14). Pure. */
import { maxRangeBytes } from "#api/limits.ts";

export type ByteRange = { offset: number; length?: number } | { suffix: number };

/**
 * The one range of bytes that a Range header asks for. Several, or another unit, are ignored, as §14.2 allows: null.
 */
export function rangeOf(header: string | null): ByteRange | null {
  const [, first, last] = /^bytes=\s*(\d*)-(\d*)$/i.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || `${first}${last}` === "") return null;
  if (first === "") return { suffix: bounded(last) };
  const offset = bounded(first);
  if (last === "") return { offset };
  return bounded(last) < offset ? null : { offset, length: bounded(last) - offset + 1 };
}

const bounded = (digits: string): number => Math.min(Number(digits), maxRangeBytes);

/** First and last byte of a range that the image has. */
export function spanOf(range: ByteRange, size: number): { first: number; last: number } {
  if ("suffix" in range) return { first: Math.max(0, size - range.suffix), last: size - 1 };
  return { first: range.offset, last: Math.min(size, range.offset + (range.length ?? size)) - 1 };
}
