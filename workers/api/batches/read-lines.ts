/** Reads the body of a batch, as JSON or as one JSON object a line. Pure but for the reading. */

import { AppError } from "#shared/errors.ts";
import { maxBatchBytes, maxBatchRequests } from "#shared/wire/limits.ts";
import type { BatchFields, Line } from "./lines.ts";

const jsonLines = /^application\/(x-)?(jsonl|ndjson|jsonlines|json-lines)\b/i;

/** @returns the text. @throws AppError for a body that is too large, or not UTF-8. */
export async function readBatchText(request: Pick<Request, "headers" | "body">): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBatchBytes) throw tooLarge();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new AppError("invalid_json", "The body is not UTF-8; encode it so.");
    }
  };
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBatchBytes) throw tooLarge();
    text += decoded(chunk);
  }
  return text + decoded();
}

const tooLarge = () =>
  new AppError(
    "body_too_large",
    `The body is larger than ${maxBatchBytes / 1024 / 1024} MiB, the limit of a batch; send the requests as several batches, and large reference images as addresses.`,
  );

/** @throws AppError for a body that is no batch at all. Faults of single requests are found later. */
export function readLines(text: string, contentType: string): BatchFields {
  const whole = jsonLines.test(contentType) ? undefined : parsed(text);
  const fields = whole === undefined ? ofLines(text, contentType) : ofObject(whole);
  const { length } = fields.lines;
  if (length === 0) throw new AppError("missing_value", "requests is required: the batch has none.", "requests");
  if (length > maxBatchRequests) {
    throw new AppError(
      "invalid_value",
      `The batch has ${length.toLocaleString("en-US")} requests; the most is ${maxBatchRequests.toLocaleString("en-US")}. Send them as several batches.`,
      "requests",
    );
  }
  return fields;
}

function ofObject(whole: unknown): BatchFields {
  // A single request is a batch of one line.
  const { requests, metadata, ...rest } = isObject(whole) ? whole : { requests: whole };
  if (requests === undefined && "prompt" in rest) return { lines: [{ line: 1, value: rest }], metadata: undefined };
  if (!Array.isArray(requests)) {
    throw new AppError(
      "missing_value",
      "requests is required: a list of requests, or send one JSON object a line.",
      "requests",
    );
  }
  return { lines: requests.map((value, index) => ({ line: index + 1, value })), metadata };
}

/** Blank lines are left out. */
function ofLines(text: string, contentType: string): BatchFields {
  const lines = text.split(/\r?\n/).flatMap((one, index): Line[] => {
    if (one.trim() === "") return [];
    return [{ line: index + 1, value: parsed(one) }];
  });
  // Not a line of it is JSON: the body is something else.
  if (!jsonLines.test(contentType) && !lines.some(({ value }) => isObject(value))) {
    throw new AppError("invalid_json", "The body is not valid JSON, and no line of it is.");
  }
  return { lines, metadata: undefined };
}

/** Undefined when the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
