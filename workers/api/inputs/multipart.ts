/**
 * A multipart/form-data body, read as it comes: files under the names of inputs go straight to the bucket, texts are
 * collected. Nothing of a file is held here but the piece at hand.
 */
import { make as createParser, decodeField, type MultipartError, type PartInfo } from "multipasta";
import { AppError } from "../../../shared/errors.ts";
import { fromForm } from "../image-request.ts";
import { pictureField } from "../picture-fields.ts";
import type { Arrival, Desk } from "./desk.ts";
import { checkCount, maxInputs, type Place, refuseMask, sourceOfText } from "./forms.ts";
import { maxInputBytes, type Staging } from "./staging.ts";

/** Texts beside the files: a prompt, and perhaps a picture as base64. */
const maxTextBytes = 16 * 1024 * 1024;
/** More fields than there are, in case a client sends some of its own. */
const maxParts = 100;
const maxBodyBytes = maxInputs * maxInputBytes + maxTextBytes;

export type Reading = { fields: Record<string, unknown>; arrivals: Arrival[] };

/** @throws AppError; what was staged up to then is the caller's to clear. */
export async function readForm(request: Request, desk: Desk): Promise<Reading> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw bodyTooLarge();
  const texts = new Map<string, string>();
  const arrivals: Arrival[] = [];
  const counts = new Map<string, number>();
  let current: { staging: Staging; hasBegun: boolean; isNamed: boolean } | null = null;

  function placeIn(param: string): Place {
    checkCount(arrivals.length + 1);
    const place = counts.get(param) ?? 0;
    counts.set(param, place + 1);
    return { name: `${param}[${place}]`, param };
  }

  async function take(event: PartEvent): Promise<void> {
    switch (event.kind) {
      case "text": {
        const param = pictureField(event.name);
        if (param === null) texts.set(event.name, event.text);
        else if (event.text.trim() !== "") {
          arrivals.push({ kind: "source", source: sourceOfText(event.text, placeIn(param)) });
        }
        return;
      }
      case "file": {
        const param = pictureField(event.name);
        if (event.name === "mask" && event.isNamed) refuseMask(event.name);
        if (param === null) return;
        // What a browser sends for a file that was not chosen has no name and no bytes.
        current = { staging: desk.stage(arrivals.length, placeIn(param)), hasBegun: false, isNamed: event.isNamed };
        return;
      }
      case "bytes":
        if (current === null) return;
        current.hasBegun = true;
        return current.staging.write(event.chunk);
      case "end":
        if (current === null) return;
        if (current.hasBegun || current.isNamed) {
          arrivals.push({ kind: "staged", input: await current.staging.close() });
        }
        current = null;
    }
  }

  try {
    for await (const events of partEvents(request)) {
      for (const event of events) await take(event);
    }
  } catch (error) {
    await (current as { staging: Staging } | null)?.staging.abandon().catch(() => {});
    throw error;
  }
  return { fields: fromForm(Object.fromEntries(texts)), arrivals };
}

type PartEvent =
  | { kind: "text"; name: string; text: string }
  | { kind: "file"; name: string; isNamed: boolean }
  | { kind: "bytes"; chunk: Uint8Array }
  | { kind: "end" };

/** What each piece of the body brought: the parser says it by callbacks, and the bucket takes its time. */
async function* partEvents(request: Request): AsyncGenerator<PartEvent[]> {
  let events: PartEvent[] = [];
  let textBytes = 0;
  let isDone = false;
  const parser = createParser({
    headers: { "content-type": request.headers.get("content-type") ?? "" },
    maxParts,
    maxTotalSize: maxBodyBytes,
    maxFieldSize: maxTextBytes,
    isFile: ({ filename, contentType }: PartInfo) =>
      filename !== undefined || /^(image\/|application\/octet-stream$)/.test(contentType),
    onField: (info, value) => {
      textBytes += value.length;
      if (textBytes > maxTextBytes) throw tooMuchText();
      events.push({ kind: "text", name: info.name, text: decodeField(info, value) });
    },
    onFile: ({ name, filename }) => {
      events.push({ kind: "file", name, isNamed: (filename ?? "") !== "" });
      return (chunk) => events.push(chunk === null ? { kind: "end" } : { kind: "bytes", chunk });
    },
    onError: (error) => {
      throw formError(error);
    },
    onDone: () => {
      isDone = true;
    },
  });
  for await (const chunk of withWholeDashes(request.body)) {
    // What follows the last boundary means nothing (RFC 2046 §5.1.1), and the parser would take it for headers.
    if (isDone) continue;
    parse(() => parser.write(chunk));
    yield events;
    events = [];
  }
  if (!isDone) parse(() => parser.end());
  yield events;
  // The parser's own check of the end does not notice a body that is cut in the headers of a part.
  if (!isDone) throw malformed("it ends before its last boundary");
}

/** The parser throws what the callbacks throw, and its own for a file name it cannot decode. */
function parse(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw error instanceof AppError ? error : malformed("a part of it has headers that cannot be read");
  }
}

/**
 * The parser (multipasta 0.2.8) takes the two dashes behind the last boundary for a header when they come in two
 * pieces, so dashes at the end of a piece wait for the next one.
 */
async function* withWholeDashes(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const isDash = (byte: number | undefined) => byte === 0x2d;
  let held = new Uint8Array(0);
  for await (const piece of body?.values({ preventCancel: true }) ?? []) {
    const whole = new Uint8Array(held.length + piece.length);
    whole.set(held);
    whole.set(piece, held.length);
    const dashes = isDash(whole.at(-1)) ? (isDash(whole.at(-2)) ? 2 : 1) : 0;
    held = whole.slice(whole.length - dashes);
    yield whole.subarray(0, whole.length - dashes);
  }
  yield held;
}

const malformed = (why: string) =>
  new AppError("invalid_value", `The body is not a well-formed multipart/form-data body: ${why}.`);

const tooMuchText = () =>
  new AppError(
    "body_too_large",
    `The texts of the form are larger than ${maxTextBytes / 1024 / 1024} MiB; send large pictures as files or addresses.`,
  );

function formError(error: MultipartError): AppError {
  switch (error._tag) {
    case "InvalidBoundary":
      return malformed("its content type names no boundary");
    case "BadHeaders":
    case "InvalidDisposition":
      return malformed("a part of it has headers that cannot be read, or no name");
    case "EndNotReached":
      return malformed("it ends before its last boundary");
    case "ReachedLimit":
      if (error.limit === "MaxFieldSize") return tooMuchText();
      return error.limit === "MaxParts"
        ? new AppError("invalid_value", `The form has more than ${maxParts} parts.`)
        : bodyTooLarge();
  }
}

const bodyTooLarge = () =>
  new AppError(
    "body_too_large",
    `The form is larger than ${maxBodyBytes / 1024 / 1024} MiB, the limit of this route; a picture may have 30 MiB.`,
  );
