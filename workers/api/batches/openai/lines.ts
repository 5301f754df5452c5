/** The lines of a batch file in OpenAI's form, `{custom_id, method, url, body}`, as requests of a batch. Pure. */

import { type BatchFields, readLines } from "#api/batches/read-lines.ts";
import { readPath } from "#api/http/paths.ts";
import { refuseImages, takeImages } from "#api/request/image-fields.ts";
import { sourcesOf } from "#api/request/inputs/input-source.ts";
import { AppError } from "#shared/errors.ts";
import type { BatchEndpoint } from "#shared/wire/openai-batch.ts";

type Line = BatchFields["lines"][number];

/** @throws AppError for a file that is no batch at all. Lines that are at fault carry their fault. */
export const openAiLines = (text: string, endpoint: BatchEndpoint): Line[] =>
  readLines(text, "application/jsonl").lines.map((line) => unwrapped(line, endpoint));

function unwrapped({ line, value }: Line, endpoint: BatchEndpoint): Line {
  // Whatever else it is, is no request: that is found with the others.
  if (!isObject(value)) return { line, value };
  const { custom_id, body } = value;
  try {
    checkTarget(value, endpoint);
    if (!isObject(body)) throw new AppError("missing_value", "body is required: the request, one JSON object.", "body");
    checkImages(body, endpoint);
    return { line, value: { ...body, custom_id } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { line, value: { custom_id }, fault: error };
  }
}

function checkTarget({ method, url }: Record<string, unknown>, endpoint: BatchEndpoint): void {
  if (method !== undefined && !(typeof method === "string" && method.toUpperCase() === "POST")) {
    throw new AppError("invalid_value", "method must be POST.", "method");
  }
  if (typeof url !== "string") throw new AppError("missing_value", `url is required: ${endpoint}.`, "url");
  if (readPath(url).path !== endpoint) {
    throw new AppError("invalid_value", `url must be ${endpoint}, the endpoint of the batch.`, "url");
  }
}

function checkImages(body: Record<string, unknown>, endpoint: BatchEndpoint): void {
  if (endpoint === "/v1/images/edits") sourcesOf(takeImages(body).images);
  else refuseImages(body);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
