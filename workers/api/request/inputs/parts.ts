/**
 * A multipart body, cut into its parts while it comes (RFC 2046 §5.1.1): the headers of each part, then its bytes,
 * piece by piece, then its end. Holds nothing but a part's headers and what may be the beginning of a boundary. Lines
 * end with CR LF or with LF alone. Pure.
 */
import { maxHeadBytes, maxPaddingBytes } from "#api/limits.ts";
import { malformed } from "./part-head.ts";

export type PartEvent = { kind: "head"; block: Uint8Array } | { kind: "bytes"; bytes: Uint8Array } | { kind: "end" };

const cr = 0x0d;
const lf = 0x0a;
const dash = 0x2d;

/**
 * How the line before a boundary ends: as the lines about the part's headers do or, where those differ, either way. A
 * CR before the LF belongs to the content where lines end with LF alone.
 */
type LineEnds = "crlf" | "lf" | "either";

/** Cuts one body; fed piece by piece. */
export class Splitter {
  readonly #delimiter: Uint8Array;
  #state: "preamble" | "boundary" | "head" | "body" | "done" = "preamble";
  #held: Uint8Array = new Uint8Array(0);
  #isLineStart = true;
  #boundaryEnds: LineEnds = "either";
  #lineEnds: LineEnds = "either";

  constructor(boundary: string) {
    this.#delimiter = new TextEncoder().encode(`\n--${boundary}`);
  }

  /** The events of this piece of the body. @throws AppError `invalid_value`. */
  *push(piece: Uint8Array): Generator<PartEvent> {
    this.#held = joined(this.#held, piece);
    let isGoingOn = true;
    while (isGoingOn) isGoingOn = yield* this.#step();
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
        // What follows the last boundary has no meaning.
        this.#held = new Uint8Array(0);
        return false;
    }
  }

  /** Takes content up to a boundary, or up to what may become one. */
  *#takeContent(): Generator<PartEvent, boolean> {
    const held = this.#held;
    const place = { isLineStart: this.#isLineStart, lineEnds: this.#lineEnds };
    const { end, next } = findDelimiter(held, this.#delimiter, place);
    if (end > 0) {
      if (this.#state === "body") yield { kind: "bytes", bytes: held.subarray(0, end) };
      this.#isLineStart = false;
    }
    this.#held = held.subarray(next ?? end);
    if (next === null) return false;
    if (this.#state === "body") yield { kind: "end" };
    this.#state = "boundary";
    return true;
  }

  /** Takes the rest of a boundary's line: two dashes after the last one, blanks after any other. */
  #takeBoundary(): boolean {
    const held = this.#held;
    if (held.length < 2) return false;
    if (held[0] === dash && held[1] === dash) {
      this.#state = "done";
      return true;
    }
    const end = held.indexOf(lf);
    const padding = held.subarray(0, end === -1 ? held.length : end);
    if (padding.length > maxPaddingBytes || !/^[ \t]*\r?$/.test(String.fromCharCode(...padding))) {
      throw malformed("something else follows a boundary on its line");
    }
    if (end === -1) return false;
    this.#boundaryEnds = lineEndAt(held, end);
    this.#held = held.subarray(end + 1);
    this.#state = "head";
    return true;
  }

  *#takeHead(): Generator<PartEvent, boolean> {
    const held = this.#held;
    const found = emptyLineIn(held);
    if ((found?.start ?? held.length) > maxHeadBytes) {
      throw malformed(`a part has more than ${maxHeadBytes / 1024} KiB of headers`);
    }
    if (found === null) return false;
    yield { kind: "head", block: held.subarray(0, found.start) };
    const headEnds = lineEndAt(held, found.next - 1);
    this.#lineEnds = headEnds === this.#boundaryEnds ? headEnds : "either";
    this.#held = held.subarray(found.next);
    this.#state = "body";
    // A part without content may end with the line end of the empty line.
    this.#isLineStart = true;
    return true;
  }
}

function joined(held: Uint8Array, piece: Uint8Array): Uint8Array {
  if (held.length === 0) return piece;
  const whole = new Uint8Array(held.length + piece.length);
  whole.set(held);
  whole.set(piece, held.length);
  return whole;
}

const lineEndAt = (bytes: Uint8Array, place: number): LineEnds => (bytes[place - 1] === cr ? "crlf" : "lf");

/**
 * @param delimiter LF, two dashes and the boundary.
 * @returns where the content ends that can be told from a boundary, and where what follows the boundary begins: null
 * without a boundary, or when only its beginning is there.
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
  // By hand: as many calls of indexOf as there are line ends would take long for a file of nothing else.
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== lf || (at + 1 < bytes.length && bytes[at + 1] !== dash)) continue;
    const hasCr = bytes[at - 1] === cr;
    if (lineEnds === "crlf" && !hasCr) continue;
    const matched = matchedAt(bytes, at, delimiter);
    const end = hasCr && lineEnds !== "lf" ? at - 1 : at;
    if (matched === delimiter.length) return { end, next: at + matched };
    if (at + matched === bytes.length) return { end, next: null };
  }
  // Perhaps its LF comes with the next piece.
  return { end: bytes.at(-1) === cr ? bytes.length - 1 : bytes.length, next: null };
}

/** How many bytes of the wanted ones stand there, as far as there are any. */
function matchedAt(bytes: Uint8Array, place: number, wanted: Uint8Array): number {
  let count = 0;
  while (count < wanted.length && place + count < bytes.length && bytes[place + count] === wanted[count]) count += 1;
  return count;
}

/** Where the empty line stands that ends the headers, and where the content begins. */
function emptyLineIn(bytes: Uint8Array): { start: number; next: number } | null {
  let start = 0;
  for (let end = bytes.indexOf(lf); end !== -1; end = bytes.indexOf(lf, start)) {
    const length = end - start;
    if (length === 0 || (length === 1 && bytes[start] === cr)) return { start, next: end + 1 };
    start = end + 1;
  }
  return null;
}
