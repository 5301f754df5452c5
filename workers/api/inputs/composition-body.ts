/**
 * The body of a request with reference images, as JSON or as a form: its fields, and its inputs in order. Refuses by
 * content type and size before anything else is looked at.
 */
import { AppError } from "../../../shared/errors.ts";
import { isJson } from "../app.ts";
import { takePictures } from "../picture-fields.ts";
import type { Desk } from "./desk.ts";
import { sourcesOf } from "./forms.ts";
import { type Reading, readForm } from "./multipart.ts";

/**
 * A text of this size takes 16 MiB, or 32 as soon as one of its characters is Chinese, and is in memory twice for a
 * moment: while it is put together from its pieces, and again while its parsed texts are cut from it. That is 64 MiB at
 * worst of the 128 MB a Worker has for all its requests. What JSON.parse makes beside texts is held down by
 * `mostStructure`: without it, 16 MiB of `{},{},…` would become some hundred MB of objects.
 */
export const maxJsonBytes = 16 * 1024 * 1024;

/**
 * Opening brackets and commas, those in texts included, because they are counted without parsing. Two prompts of 8,000
 * commas are 16,000, all fields and ten pictures less than a hundred; as many objects as this take a few MB.
 */
const mostStructure = 50_000;

/** @throws AppError; what was staged up to then is the caller's to clear. */
export async function readComposition(request: Request, desk: Desk): Promise<Reading> {
  try {
    return await readAs(request, desk);
  } catch (error) {
    await readOut(request.body);
    throw error;
  }
}

/** More than this no plan but the largest lets through (Cloudflare documentation, limits of Workers). */
const mostReadOut = 100 * 1024 * 1024;

/** A client that is still sending would meet a broken connection, and not the answer: so it may send the rest first. */
async function readOut(body: ReadableStream<Uint8Array> | null): Promise<void> {
  try {
    const reader = body?.getReader();
    for (let bytes = 0; bytes < mostReadOut; ) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) return;
      bytes += piece.value.byteLength;
    }
    await reader?.cancel();
  } catch {
    // It has hung up: nobody is left to answer to.
  }
}

async function readAs(request: Request, desk: Desk): Promise<Reading> {
  const contentType = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data\b/i.test(contentType)) return readForm(request, desk);
  if (isJson(contentType)) return readJson(request);
  const sent = contentType === "" ? "none" : `"${contentType.slice(0, 60)}"`;
  throw new AppError(
    "unsupported_media_type",
    `The content type must be application/json or multipart/form-data; the request has ${sent}.`,
  );
}

async function readJson(request: Request): Promise<Reading> {
  const body = parseObject(await readText(request));
  const { pictures, fields } = takePictures(body);
  return { fields, arrivals: sourcesOf(pictures).map((source) => ({ kind: "source", source })) };
}

/** Piece by piece into one text, so that the bytes are not held beside it. */
async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxJsonBytes) throw tooLarge();
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxJsonBytes) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = () =>
  new AppError(
    "body_too_large",
    `The body is larger than ${maxJsonBytes / 1024 / 1024} MiB, the limit of JSON here; send larger pictures as addresses or as multipart/form-data files.`,
  );

function parseObject(text: string): Record<string, unknown> {
  if (hasTooMuchStructure(text)) {
    throw new AppError(
      "invalid_json",
      `The body has more than ${mostStructure.toLocaleString("en-US")} brackets and commas, far more than any request needs.`,
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AppError("invalid_json", "The body is not valid JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AppError("invalid_json", "The body must be one JSON object.");
  }
  return body as Record<string, unknown>;
}

/** Whatever JSON holds, but for the one value it is, begins with a bracket or follows a bracket or a comma. */
function hasTooMuchStructure(text: string): boolean {
  let count = 0;
  for (const mark of ["{", "[", ","]) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      count += 1;
      if (count > mostStructure) return true;
    }
  }
  return false;
}
