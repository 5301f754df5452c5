/**
 * Does this caller want a task at once, or to wait for its pictures? And what of them: links, base64, a stream? Read
 * from the request before anything is spent. Pure.
 */
import { AppError } from "../../shared/errors.ts";
import type { ImageRequest } from "./image-request.ts";
import type { Base } from "./paths.ts";

export type PictureFormat = "url" | "b64_json" | "both";

/** Waits for the pictures. */
export type Waiting = {
  kind: "wait";
  seconds: number;
  format: PictureFormat;
  /** Pictures wanted; null: all there are. */
  count: number | null;
};

/** Waits, and is told by server-sent events. */
export type Streaming = {
  kind: "stream";
  seconds: number;
  count: number | null;
  partialImages: number;
  event: "image_generation" | "image_edit";
};

export type Dialect = { kind: "task" } | Waiting | Streaming;

export type Asked = {
  route: "generations" | "compositions" | "edits";
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

const longestWaitSeconds = 600;
/**
 * Node's fetch gives up when the answer has not begun after 300 s, and OpenAI's client then sends the request again:
 * https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md (headersTimeout).
 */
export const usualWaitSeconds = 280;

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

/** @throws AppError `invalid_value` for a wait that is no number of seconds. */
export function dialectOf(asked: Asked): Dialect {
  const seconds = waitOf(asked);
  if (seconds === null) return { kind: "task" };
  const { body, route } = asked;
  const count = body.n ?? null;
  if (body.stream !== true) {
    return { kind: "wait", seconds: seconds === "usual" ? usualWaitSeconds : seconds, format: formatOf(asked), count };
  }
  return {
    kind: "stream",
    // A stream shows that it is alive, so that nobody gives up on it early.
    seconds: seconds === "usual" ? longestWaitSeconds : seconds,
    count,
    partialImages: body.partial_images ?? 0,
    event: route === "generations" ? "image_generation" : "image_edit",
  };
}

/** The first of these that says anything. Null: does not wait. */
function waitOf({ prefer, wait, base, isOpenAiClient, body, written = body, route }: Asked): number | "usual" | null {
  const preferred = preferredWait(prefer) ?? queriedWait(wait);
  if (preferred !== undefined) return preferred === 0 ? null : preferred;
  const speaksOpenAi = isOpenAiClient || isOpenAiModel(body) || openAiFields.some((field) => written[field] != null);
  return base !== "plain" || speaksOpenAi || route === "edits" ? "usual" : null;
}

/** A preference is a wish: what cannot be read says nothing, and what is too long is cut. */
function preferredWait(header: string | undefined): number | "usual" | undefined {
  const preferences = preferencesIn(header ?? "");
  const wait = preferences.get("wait");
  // With both, `wait` is how long the caller would rather wait before it is answered with the task.
  if (wait !== undefined && /^\d+(\.\d+)?$/.test(wait)) return Math.min(Math.ceil(Number(wait)), longestWaitSeconds);
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
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestWaitSeconds) return seconds;
  throw new AppError("invalid_value", `wait must be a whole number of seconds, 0 to ${longestWaitSeconds}.`, "wait");
}

/** OpenAI's edits, and its gpt-image models, always answer with base64; who asks for those models may read only that. */
function formatOf({ body, route }: Asked): PictureFormat {
  if (body.response_format != null) return body.response_format;
  return route === "edits" || /^(chat)?gpt-image-/i.test(body.model?.trim() ?? "") ? "both" : "url";
}

/** Some clients send nothing but the prompt and OpenAI's own name of a model. */
const isOpenAiModel = ({ model }: Asked["body"]): boolean => /^((chat)?gpt-image|dall-e)-/i.test(model?.trim() ?? "");
