/**
 * Reads the body of a request with reference images, as JSON or as a form. Checks content type and size first.
 */

import { isJson, isSurelyNotJson, notUtf8, oneObject, wrongContentType } from "#api/http/app.ts";
import { maxDrainBytes, maxStructure } from "#api/limits.ts";
import { takeImages } from "#api/request/image-fields.ts";
import { AppError } from "#shared/errors.ts";
import { maxBase64Bytes, maxInputBytes, maxJsonBytes } from "#shared/wire/limits.ts";
import { sourcesOf } from "./input-source.ts";
import { hasTooMuchStructure } from "./json-text.ts";
import { type CompositionBody, readForm } from "./multipart.ts";
import type { InputStage } from "./stage-inputs.ts";

/** @throws AppError. The caller must clear the stage. */
export async function readComposition(request: Request, stage: InputStage): Promise<CompositionBody> {
  try {
    return await readAs(request, stage);
  } catch (error) {
    await drain(request.body);
    throw error;
  }
}

/** Reads the rest of a refused body: a client that is still sending would get a broken connection, not the answer. */
async function drain(body: ReadableStream<Uint8Array> | null): Promise<void> {
  try {
    const reader = body?.getReader();
    for (let bytes = 0; bytes < maxDrainBytes; ) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) return;
      bytes += piece.value.byteLength;
    }
    await reader?.cancel();
  } catch {
    // The client has disconnected.
  }
}

const accepted = "application/json or multipart/form-data";

async function readAs(request: Request, stage: InputStage): Promise<CompositionBody> {
  const contentType = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data\b/i.test(contentType)) return readForm(request, stage);
  if (isSurelyNotJson(contentType)) throw wrongContentType(contentType, accepted);
  return readJson(request, contentType);
}

async function readJson(request: Request, contentType: string): Promise<CompositionBody> {
  const text = await readText(request, contentType);
  // The bytes of an image, decoded as text, may contain that many commas too.
  if (hasTooMuchStructure(text))
    throw mayBeJson(text, contentType) ? tooMuchStructure() : wrongContentType(contentType, accepted);
  const { images, fields } = takeImages(oneObject(parsed(text), contentType, accepted));
  return { fields, inputs: sourcesOf(images).map((source) => ({ kind: "source", source })) };
}

const mayBeJson = (text: string, contentType: string): boolean => isJson(contentType) || /^\s*\{/.test(text);

/** Decodes piece by piece, so that the bytes are not in memory beside the text. */
async function readText(request: Request, contentType: string): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxJsonBytes) throw tooLarge();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw notUtf8(contentType, accepted);
    }
  };
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxJsonBytes) throw tooLarge();
    text += decoded(chunk);
  }
  return text + decoded();
}

const MiB = 1024 * 1024;

const tooLarge = () =>
  new AppError(
    "body_too_large",
    `The body is larger than ${maxJsonBytes / MiB} MiB, the limit of JSON here, which holds ${maxBase64Bytes / MiB} MiB of images as base64; send larger images as addresses or as multipart/form-data files, each up to ${maxInputBytes / MiB} MiB.`,
  );

const tooMuchStructure = () =>
  new AppError(
    "invalid_json",
    `The body has more than ${maxStructure.toLocaleString("en-US")} brackets and commas; no request needs as many.`,
  );

/** Undefined when the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
