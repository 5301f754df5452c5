/** Reads the text of a batch, as JSON or as one JSON object a line. Pure. */
import * as z from "zod";
import { validationError } from "#api/http/error-response.ts";
import type { Counting } from "#api/request/counts.ts";
import { AppError } from "#shared/errors.ts";
import type { BatchOrigin } from "#shared/task/batch.ts";
import { metadataSchema } from "#shared/wire/batch.ts";
import { maxBatchRequests } from "#shared/wire/limits.ts";
import { type WebhookField, webhookSchema } from "#shared/wire/webhooks.ts";

/** `value` is undefined where the line is not JSON; `fault`: it was found at fault while it was read. */
type Line = { line: number; value: unknown; fault?: AppError };

export type BatchFields = {
  lines: Line[];
  metadata: Record<string, string>;
  /** Whom to tell about the batch. */
  webhook?: WebhookField;
  /** How to read `n`; absent: as for single tasks. */
  counting?: Counting;
  /** Of a batch that comes through OpenAI's Batch API. */
  origin?: BatchOrigin;
};

const jsonLines = /^application\/(x-)?(jsonl|ndjson|jsonlines|json-lines)\b/i;

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
  const { requests, metadata, webhook, ...rest } = isObject(whole) ? whole : { requests: whole };
  if (requests === undefined && "prompt" in rest) return { lines: [{ line: 1, value: whole }], metadata: {} };
  if (!Array.isArray(requests)) {
    throw new AppError(
      "missing_value",
      "requests is required: a list of requests, or send one JSON object a line.",
      "requests",
    );
  }
  return {
    lines: requests.map((value, index) => ({ line: index + 1, value })),
    metadata: metadataOf(metadata),
    ...(webhook != null && { webhook: webhookFrom(webhook) }),
  };
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
  return { lines, metadata: {} };
}

/** Undefined when the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws AppError that names the field. */
function webhookFrom(given: unknown): WebhookField {
  const named = { webhook: given };
  const read = z.object({ webhook: webhookSchema }).safeParse(named);
  if (read.success) return read.data.webhook;
  throw validationError(read.error, named);
}

function metadataOf(given: unknown): Record<string, string> {
  const read = metadataSchema.safeParse(given ?? {});
  if (read.success) return read.data;
  throw new AppError(
    "invalid_value",
    "metadata must be up to 16 pairs of texts, names up to 64 and values up to 512 characters.",
    "metadata",
  );
}
