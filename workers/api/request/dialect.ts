/**
 * Does this caller want a task at once, or to wait for its images? And what of them: links, base64, a stream? Read
 * from the request before anything is spent. Pure.
 */

import type { Base } from "#api/http/paths.ts";
import { AppError } from "#shared/errors.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";
import { defaultWaitSeconds, maxWaitSeconds } from "#shared/wire/limits.ts";
import { type Counting, countingOfTasks } from "./counts.ts";

export type ImageFormat = "url" | "b64_json" | "both";

/** Waits for the images. */
export type Waiting = {
  kind: "wait";
  seconds: number;
  /** Whether the caller asked to wait. A caller that did not expects images in every 2xx, so it never gets a task. */
  isSaid: boolean;
  format: ImageFormat;
};

/** Waits, and is told by server-sent events. */
export type Streaming = {
  kind: "stream";
  seconds: number;
  partialImages: number;
  event: "image_generation" | "image_edit";
};

export type Dialect = { kind: "task" } | Waiting | Streaming;

export type Asked = {
  route: "generations" | "compositions" | "edits";
  /** Whether the address ends in `/async`, which never waits. */
  isAsync: boolean;
  base: Base;
  /** The header `Prefer` (RFC 7240). */
  prefer: string | undefined;
  /** The query parameter `wait`. */
  wait: string | undefined;
  /** Whether the official OpenAI clients' own headers are there. */
  isOpenAiClient: boolean;
  body: ImageRequest & Record<string, unknown>;
  /** The same as the caller wrote it: other servers' names for OpenAI's fields do not make OpenAI's client of him. */
  written?: Record<string, unknown>;
};

/** Fields of OpenAI's image requests that our own callers have no reason to send. */
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

/** @throws AppError `invalid_value` for a wait that is no number of seconds, and for a stream where there is none. */
export function dialectOf(asked: Asked): Dialect {
  const { body, route, isAsync } = asked;
  if (isAsync) {
    if (body.stream !== true) return { kind: "task" };
    const instead = "Leave it out, and read GET /v1/images/tasks/{id}/events of the task";
    throw new AppError(
      "invalid_value",
      `stream is true; this address answers with the task at once. ${instead}.`,
      "stream",
    );
  }
  const said = preferredWait(asked.prefer) ?? queriedWait(asked.wait);
  if (body.stream === true) {
    return {
      kind: "stream",
      // A stream sends heartbeats, so clients do not give up on it early.
      seconds: typeof said === "number" && said > 0 ? said : maxWaitSeconds,
      partialImages: body.partial_images ?? 0,
      event: route === "generations" ? "image_generation" : "image_edit",
    };
  }
  if (said === 0 || (said === undefined && !waitsUnasked(asked))) return { kind: "task" };
  return {
    kind: "wait",
    seconds: typeof said === "number" ? said : defaultWaitSeconds,
    isSaid: said !== undefined,
    format: formatOf(asked),
  };
}

/**
 * How `n` is read. OpenAI documents 1 as its default and 10 as its maximum, and clients made for it rely on both: the
 * AI SDK splits larger numbers into requests of ten (`ai`, maxImagesPerCall).
 */
export function countingOf(asked: Asked, { kind }: Dialect): Counting {
  const isMadeForOpenAi = speaksOpenAi(asked);
  const splits = !asked.isAsync && (kind !== "task" || isMadeForOpenAi);
  return { unsaid: isMadeForOpenAi ? 1 : countingOfTasks.unsaid, splits };
}

/** Whether the caller was made for OpenAI's API, by its base address, its headers, or the model it asks for. */
const speaksOpenAi = ({ base, isOpenAiClient, body }: Asked): boolean =>
  base === "openai" || isOpenAiClient || isOpenAiModel(body);

/** Whether a caller waits that says nothing about it. */
const waitsUnasked = ({ body, written = body, ...asked }: Asked): boolean =>
  asked.base !== "plain" ||
  asked.route === "edits" ||
  speaksOpenAi({ ...asked, body }) ||
  openAiFields.some((field) => written[field] != null);

/** A preference is optional: an unreadable one is ignored, a longer wait is shortened. */
function preferredWait(header: string | undefined): number | "usual" | undefined {
  const preferences = preferencesIn(header ?? "");
  const wait = preferences.get("wait");
  // With both, `wait` is how long the caller would rather wait before it is answered with the task.
  if (wait !== undefined && /^\d+(\.\d+)?$/.test(wait)) return Math.min(Math.ceil(Number(wait)), maxWaitSeconds);
  if (preferences.has("respond-async")) return 0;
  return wait === "" ? "usual" : undefined;
}

/** Names and values; of a preference that is there twice the first counts, and parameters say nothing here (§2). */
function preferencesIn(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [preference] of header.matchAll(/(?:"[^"]*"|[^,"])+/g)) {
    const [, name = "", value = ""] = /^\s*([\w-]+)\s*(?:=\s*("[^"]*"|[^;\s]*))?/.exec(preference) ?? [];
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value.replaceAll('"', ""));
  }
  return found;
}

function queriedWait(value: string | undefined): number | "usual" | undefined {
  if (value === undefined) return undefined;
  if (/^(|true|yes)$/i.test(value)) return "usual";
  if (/^(false|no)$/i.test(value)) return 0;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return seconds;
  throw new AppError("invalid_value", `wait must be a whole number of seconds, 0 to ${maxWaitSeconds}.`, "wait");
}

/**
 * OpenAI's gpt-image models answer with base64 only, and its older ones with links: a client of either reads only its
 * own. Under `/openai/v1` it may be any client, whatever the model is called.
 */
function formatOf({ body, base }: Asked): ImageFormat {
  if (body.response_format != null) return body.response_format;
  return base === "openai" || /^(chat)?gpt-image-/i.test(body.model?.trim() ?? "") ? "both" : "url";
}

/** Some clients send nothing but the prompt and OpenAI's own name of a model. */
const isOpenAiModel = ({ model }: Asked["body"]): boolean => /^((chat)?gpt-image|dall-e)-/i.test(model?.trim() ?? "");
