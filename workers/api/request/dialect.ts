/** Decides whether a caller gets a task at once or waits for the images, and in which form. Pure. */

import type { Base } from "#api/http/paths.ts";
import { AppError } from "#shared/errors.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";
import { defaultWaitSeconds, maxWaitSeconds } from "#shared/wire/limits.ts";
import { type Counting, countingOfTasks } from "./counts.ts";

export type ImageFormat = "url" | "b64_json" | "both";

/** Waits for the images. */
export type WaitDialect = {
  kind: "wait";
  seconds: number;
  /** Whether the request asks to wait. A caller that does not expects images in every 2xx, so it never gets a task. */
  isExplicit: boolean;
  format: ImageFormat;
};

/** Waits, and receives server-sent events. */
export type StreamDialect = {
  kind: "stream";
  seconds: number;
  partialImages: number;
  event: "image_generation" | "image_edit";
};

export type Dialect = { kind: "task" } | WaitDialect | StreamDialect;

export type DialectRequest = {
  route: "generations" | "compositions" | "edits";
  /** Whether the address ends in `/async`, which never waits. */
  isAsync: boolean;
  base: Base;
  /** The header `Prefer` (RFC 7240). */
  prefer: string | undefined;
  /** The query parameter `wait`. */
  wait: string | undefined;
  /** Whether it has the headers of the official OpenAI clients. */
  isOpenAiClient: boolean;
  body: ImageRequest & Record<string, unknown>;
  /** The body as sent. Other servers' names for OpenAI's fields do not identify an OpenAI client. */
  rawBody?: Record<string, unknown>;
};

/** Fields of OpenAI's image requests that callers of this API have no reason to send. */
const openAiFields = [
  "response_format",
  "n",
  "size",
  "quality",
  "style",
  "user",
  "background",
  "output_format",
  "moderation",
  "stream",
];

/**
 * `/async` routes ignore `Prefer` and `wait`, whatever their value.
 * @throws AppError `invalid_value` for a `wait` that is not a number of seconds, and for a stream at an `/async` route.
 */
export function dialectOf(request: DialectRequest): Dialect {
  const { body, route, isAsync } = request;
  if (isAsync) {
    if (body.stream !== true) return { kind: "task" };
    const instead = "Leave it out, and read GET /v1/images/tasks/{id}/events of the task";
    throw new AppError(
      "invalid_value",
      `stream is true; this address answers with the task at once. ${instead}.`,
      "stream",
    );
  }
  const wait = preferredWait(request.prefer) ?? queriedWait(request.wait);
  if (body.stream === true) {
    return {
      kind: "stream",
      // A stream sends heartbeats, so clients do not give up on it early.
      seconds: typeof wait === "number" && wait > 0 ? wait : maxWaitSeconds,
      partialImages: body.partial_images ?? 0,
      event: route === "generations" ? "image_generation" : "image_edit",
    };
  }
  if (wait === 0 || (wait === undefined && !waitsByDefault(request))) return { kind: "task" };
  return {
    kind: "wait",
    seconds: typeof wait === "number" ? wait : defaultWaitSeconds,
    isExplicit: wait !== undefined,
    format: formatOf(request),
  };
}

/**
 * How to read `n`. OpenAI documents a default of 1 and a maximum of 10, and its clients rely on both: the AI SDK splits
 * larger numbers into requests of ten (`ai`, maxImagesPerCall).
 */
export function countingOf(request: DialectRequest, { kind }: Dialect): Counting {
  const isForOpenAi = isOpenAiCaller(request);
  const splits = !request.isAsync && (kind !== "task" || isForOpenAi);
  return { countWithoutN: isForOpenAi ? 1 : countingOfTasks.countWithoutN, maySplit: splits };
}

/** Whether the caller is a client of OpenAI's API, by its base address, its headers or its model. */
const isOpenAiCaller = ({ base, isOpenAiClient, body }: DialectRequest): boolean =>
  base === "openai" || isOpenAiClient || isOpenAiModel(body);

/** Whether a request without `Prefer` and `wait` waits. */
const waitsByDefault = ({ body, rawBody = body, ...request }: DialectRequest): boolean =>
  request.base !== "plain" ||
  request.route === "edits" ||
  isOpenAiCaller({ ...request, body }) ||
  openAiFields.some((field) => rawBody[field] != null);

/** A preference is optional (RFC 7240): an unreadable one is ignored, a longer wait is shortened. */
function preferredWait(header: string | undefined): number | "default" | undefined {
  const preferences = preferencesIn(header ?? "");
  const wait = preferences.get("wait");
  // With both, `wait` is the time to wait before the answer is the task (RFC 7240 §4.3).
  if (wait !== undefined && /^\d+(\.\d+)?$/.test(wait)) return Math.min(Math.ceil(Number(wait)), maxWaitSeconds);
  if (preferences.has("respond-async")) return 0;
  return wait === "" ? "default" : undefined;
}

/** Names and values. Of a repeated preference the first counts; parameters are ignored (RFC 7240 §2). */
function preferencesIn(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [preference] of header.matchAll(/(?:"[^"]*"|[^,"])+/g)) {
    const [, name = "", value = ""] = /^\s*([\w-]+)\s*(?:=\s*("[^"]*"|[^;\s]*))?/.exec(preference) ?? [];
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value.replaceAll('"', ""));
  }
  return found;
}

function queriedWait(value: string | undefined): number | "default" | undefined {
  if (value === undefined) return undefined;
  if (/^(|true|yes)$/i.test(value)) return "default";
  if (/^(false|no)$/i.test(value)) return 0;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return seconds;
  throw new AppError("invalid_value", `wait must be a whole number of seconds, 0 to ${maxWaitSeconds}.`, "wait");
}

/**
 * OpenAI's gpt-image models answer with base64 only, its older models with links, and a client of either reads only
 * that. Under `/openai/v1` the client may be of either kind, so it gets both.
 */
function formatOf({ body, base }: DialectRequest): ImageFormat {
  if (body.response_format != null) return body.response_format;
  return base === "openai" || /^(chat)?gpt-image-/i.test(body.model?.trim() ?? "") ? "both" : "url";
}

/** Some clients send only the prompt and the name of an OpenAI model. */
const isOpenAiModel = ({ model }: DialectRequest["body"]): boolean =>
  /^((chat)?gpt-image|dall-e)-/i.test(model?.trim() ?? "");
