/**
 * Splits a multipart body into its parts as it arrives (RFC 2046 §5.1.1): each part's headers, its bytes, piece by piece,
 * and its end. Buffers only headers and a possible start of a boundary. Lines end with CR LF or LF. Pure.
 */
import { maxHeadBytes, maxPaddingBytes } from "#api/limits.ts";
import { malformed } from "./part-head.ts";

export type PartEvent = { kind: "head"; block: Uint8Array } | { kind: "bytes"; bytes: Uint8Array } | { kind: "end" };

const cr = 0x0d;
const lf = 0x0a;
const dash = 0x2d;

/**
 * The line end before a boundary: that of the part's header lines or, where those differ, either. A CR before the LF
 * belongs to the content where lines end with LF.
 */
type LineEnds = "crlf" | "lf" | "either";

/** Splits one body, piece by piece. */
export class Splitter {
  readonly #delimiter: Uint8Array;
  #state: "preamble" | "boundary" | "head" | "body" | "done" = "preamble";
  #buffer: Uint8Array = new Uint8Array(0);
  #isLineStart = true;
  #boundaryEnds: LineEnds = "either";
  #lineEnds: LineEnds = "either";

  constructor(boundary: string) {
    this.#delimiter = new TextEncoder().encode(`\n--${boundary}`);
  }

  /** The events of this piece of the body. @throws AppError `invalid_value`. */
  *push(piece: Uint8Array): Generator<PartEvent> {
    this.#buffer = joined(this.#buffer, piece);
    let hasProgress = true;
    while (hasProgress) hasProgress = yield* this.#step();
  }

  /** The body has ended. @throws AppError when the last boundary is missing. */
  finish(): void {
    if (this.#state !== "done") throw malformed("it ends before its last boundary");
  }

  *#step(): Generator<PartEvent, boolean> {
    switch (this.#state) {
      case "preamble":
      case "body":
        return yield* this.#takeContent();
      case "boundary":
        return this.#takeBoundary();
      case "head":
        return yield* this.#takeHead();
      case "done":
        // Data after the last boundary is ignored.
        this.#buffer = new Uint8Array(0);
        return false;
    }
  }

  /** Takes content up to a boundary, or up to a possible start of one. */
  *#takeContent(): Generator<PartEvent, boolean> {
    const buffer = this.#buffer;
    const context = { isLineStart: this.#isLineStart, lineEnds: this.#lineEnds };
    const { end, next } = findDelimiter(buffer, this.#delimiter, context);
    if (end > 0) {
      if (this.#state === "body") yield { kind: "bytes", bytes: buffer.subarray(0, end) };
      this.#isLineStart = false;
    }
    this.#buffer = buffer.subarray(next ?? end);
    if (next === null) return false;
    if (this.#state === "body") yield { kind: "end" };
    this.#state = "boundary";
    return true;
  }

  /** Takes the rest of a boundary's line: two dashes after the last one, blanks after any other. */
  #takeBoundary(): boolean {
    const buffer = this.#buffer;
    if (buffer.length < 2) return false;
    if (buffer[0] === dash && buffer[1] === dash) {
      this.#state = "done";
      return true;
    }
    const end = buffer.indexOf(lf);
    const padding = buffer.subarray(0, end === -1 ? buffer.length : end);
    if (padding.length > maxPaddingBytes || !/^[ \t]*\r?$/.test(String.fromCharCode(...padding))) {
      throw malformed("something else follows a boundary on its line");
    }
    if (end === -1) return false;
    this.#boundaryEnds = lineEndAt(buffer, end);
    this.#buffer = buffer.subarray(end + 1);
    this.#state = "head";
    return true;
  }

  *#takeHead(): Generator<PartEvent, boolean> {
    const buffer = this.#buffer;
    const found = emptyLineIn(buffer);
    if ((found?.start ?? buffer.length) > maxHeadBytes) {
      throw malformed(`a part has more than ${maxHeadBytes / 1024} KiB of headers`);
    }
    if (found === null) return false;
    yield { kind: "head", block: buffer.subarray(0, found.start) };
    const headEnds = lineEndAt(buffer, found.next - 1);
    this.#lineEnds = headEnds === this.#boundaryEnds ? headEnds : "either";
    this.#buffer = buffer.subarray(found.next);
    this.#state = "body";
    // A part without content may end with the line end of the empty line.
    this.#isLineStart = true;
    return true;
  }
}

function joined(buffer: Uint8Array, piece: Uint8Array): Uint8Array {
  if (buffer.length === 0) return piece;
  const whole = new Uint8Array(buffer.length + piece.length);
  whole.set(buffer);
  whole.set(piece, buffer.length);
  return whole;
}

const lineEndAt = (bytes: Uint8Array, lineFeed: number): LineEnds => (bytes[lineFeed - 1] === cr ? "crlf" : "lf");

/**
 * @param delimiter LF, two dashes and the boundary.
 * @returns `end`: where the content ends that is no part of a boundary. `next`: where the data after the boundary begins,
 * or null when no whole boundary is found.
 */
function findDelimiter(
  bytes: Uint8Array,
  delimiter: Uint8Array,
  { isLineStart, lineEnds }: { isLineStart: boolean; lineEnds: LineEnds },
): { end: number; next: number | null } {
  if (isLineStart) {
    const matched = matchedAt(bytes, 0, delimiter.subarray(1));
    if (matched === delimiter.length - 1) return { end: 0, next: matched };
    if (matched === bytes.length) return { end: 0, next: null };
  }
  // Not indexOf: a call for each line end would be slow for a file of line ends only.
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== lf || (at + 1 < bytes.length && bytes[at + 1] !== dash)) continue;
    const hasCr = bytes[at - 1] === cr;
    if (lineEnds === "crlf" && !hasCr) continue;
    const matched = matchedAt(bytes, at, delimiter);
    const end = hasCr && lineEnds !== "lf" ? at - 1 : at;
    if (matched === delimiter.length) return { end, next: at + matched };
    if (at + matched === bytes.length) return { end, next: null };
  }
  // Its LF may come with the next piece.
  return { end: bytes.at(-1) === cr ? bytes.length - 1 : bytes.length, next: null };
}

/** The number of leading bytes of `wanted` found at `start`. */
function matchedAt(bytes: Uint8Array, start: number, wanted: Uint8Array): number {
  let count = 0;
  while (count < wanted.length && start + count < bytes.length && bytes[start + count] === wanted[count]) count += 1;
  return count;
}

/** The start of the empty line that ends the headers, and the start of the content. */
function emptyLineIn(bytes: Uint8Array): { start: number; next: number } | null {
  let start = 0;
  for (let end = bytes.indexOf(lf); end !== -1; end = bytes.indexOf(lf, start)) {
    const length = end - start;
    if (length === 0 || (length === 1 && bytes[start] === cr)) return { start, next: end + 1 };
    start = end + 1;
  }
  return null;
}
