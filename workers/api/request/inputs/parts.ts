/**
 * A multipart body, cut into its parts while it comes (RFC 2046 §5.1.1): the headers of each part, then its bytes, piece
 * by piece, then its end. Holds nothing but a part's headers and what may be the beginning of a boundary. Lines end with
 * CR LF or with LF alone. Pure.
 */
import { malformed } from "./part-head.ts";

export type PartEvent = { kind: "head"; block: Uint8Array } | { kind: "bytes"; bytes: Uint8Array } | { kind: "end" };

/** Header lines of one part together, in bytes. */
const maxHeadBytes = 16 * 1024;
/** Blanks that may follow a boundary on its line. */
const maxPaddingBytes = 256;

const cr = 0x0d;
const lf = 0x0a;
const dash = 0x2d;

/**
 * How the line before a boundary ends: as the lines about the part's headers do or, where those differ, either way. A
 * CR before the LF belongs to the content where lines end with LF alone.
 */
type LineEnds = "crlf" | "lf" | "either";

export type Splitter = {
  /** What this piece of the body brings. @throws AppError `invalid_value`. */
  push: (piece: Uint8Array) => Generator<PartEvent>;
  /** Nothing more comes. @throws AppError when the last boundary did not. */
  finish: () => void;
};

export function createSplitter(boundary: string): Splitter {
  const delimiter = new TextEncoder().encode(`\n--${boundary}`);
  let state: "preamble" | "boundary" | "head" | "body" | "done" = "preamble";
  let held: Uint8Array = new Uint8Array(0);
  let isLineStart = true;
  let boundaryEnds: LineEnds = "either";
  let lineEnds: LineEnds = "either";

  /** Takes content up to a boundary, or up to what may become one. */
  function* takeContent(): Generator<PartEvent, boolean> {
    const { end, next } = findDelimiter(held, delimiter, { isLineStart, lineEnds });
    if (end > 0) {
      if (state === "body") yield { kind: "bytes", bytes: held.subarray(0, end) };
      isLineStart = false;
    }
    held = held.subarray(next ?? end);
    if (next === null) return false;
    if (state === "body") yield { kind: "end" };
    state = "boundary";
    return true;
  }

  /** Takes the rest of a boundary's line: two dashes behind the last one, blanks behind any other. */
  function takeBoundary(): boolean {
    if (held.length < 2) return false;
    if (held[0] === dash && held[1] === dash) {
      state = "done";
      return true;
    }
    const end = held.indexOf(lf);
    const padding = held.subarray(0, end === -1 ? held.length : end);
    if (padding.length > maxPaddingBytes || !/^[ \t]*\r?$/.test(String.fromCharCode(...padding))) {
      throw malformed("something else follows a boundary on its line");
    }
    if (end === -1) return false;
    boundaryEnds = lineEndAt(held, end);
    held = held.subarray(end + 1);
    state = "head";
    return true;
  }

  function* takeHead(): Generator<PartEvent, boolean> {
    const found = emptyLineIn(held);
    if ((found?.start ?? held.length) > maxHeadBytes) {
      throw malformed(`a part has more than ${maxHeadBytes / 1024} KiB of headers`);
    }
    if (found === null) return false;
    yield { kind: "head", block: held.subarray(0, found.start) };
    const headEnds = lineEndAt(held, found.next - 1);
    lineEnds = headEnds === boundaryEnds ? headEnds : "either";
    held = held.subarray(found.next);
    state = "body";
    // A part without content may end with the line end of the empty line.
    isLineStart = true;
    return true;
  }

  function* step(): Generator<PartEvent, boolean> {
    switch (state) {
      case "preamble":
      case "body":
        return yield* takeContent();
      case "boundary":
        return takeBoundary();
      case "head":
        return yield* takeHead();
      case "done":
        // What follows the last boundary means nothing.
        held = new Uint8Array(0);
        return false;
    }
  }

  return {
    *push(piece) {
      held = joined(held, piece);
      let isGoingOn = true;
      while (isGoingOn) isGoingOn = yield* step();
    },
    finish() {
      if (state !== "done") throw malformed("it ends before its last boundary");
    },
  };
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
