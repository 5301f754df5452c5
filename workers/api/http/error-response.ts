/**
 * Turns any error into status, headers and the one error body. An AppError is shown as it is,
 * the framework's is mapped, anything else is a bug: a fixed sentence to the caller, the details to the log.
 */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type * as z from "zod";
import { maxEchoedCharacters } from "#api/limits.ts";
import { AppError, type ErrorCode, errorKind, remedyOf, TaskFailedError } from "#shared/errors.ts";
import { type Language, languageOf } from "#shared/language.ts";
import { log } from "#shared/log.ts";
import type { ErrorBody } from "#shared/wire/error.ts";
import { InvalidRequestsError } from "./invalid-requests.ts";

export function errorResponse(error: unknown, c: Context): Response {
  const known = toAppError(error, c);
  const failedTask = known instanceof TaskFailedError ? (known.taskIds[0] ?? "") : null;
  const status = failedTask === null ? errorKind(known.code).status : statusOfFailure(known.code);
  const body = errorBody(known, languageOf(c.req.header("accept-language")));
  // Clients repeat 409, 429 and 5xx by themselves. What cannot get better must say so, and so must a submit of which
  // it is not known how far it came, and a task that ended: repeated, they might be paid for twice.
  const isUnsureSubmit = known.code === "internal" && c.req.method === "POST";
  if (!body.error.retryable || isUnsureSubmit || failedTask !== null) c.header("x-should-retry", "false");
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", languageOf(c.req.header("accept-language")));
  if (failedTask !== null) c.header("Location", `/v1/images/tasks/${failedTask}`);
  return c.json(known instanceof InvalidRequestsError ? { ...body, invalid_requests: known.invalid } : body, status);
}

/**
 * Status of the answer when a task failed while its caller waited. 424 (Failed Dependency) replaces 409, 429 and 5xx,
 * because clients repeat those automatically, and a repeated submit is paid for again: `ai` 6 sends three requests,
 * Portkey's gateway two within milliseconds; both send one after 424 (tried 2026-11).
 */
export function statusOfFailure(code: ErrorCode) {
  const { status } = errorKind(code);
  return status === 400 || status === 401 || status === 402 || status === 403 ? status : 424;
}

/** The one error body, for an answer or for an event of a stream. */
export function errorBody(error: AppError, language: Language): ErrorBody {
  const { code, message, param } = error;
  const isOfTask = error instanceof TaskFailedError;
  const { hint, retryable } = isOfTask ? remedyOf(error.failure) : errorKind(code);
  return {
    error: {
      message,
      type: errorKind(code).type,
      param,
      code,
      hint: (error.hint ?? hint)[language],
      retryable,
      docs: `/docs#errors-${code}`,
      ...(isOfTask && taskNames(error.taskIds)),
    },
  };
}

const taskNames = (ids: string[]) => ({ task_id: ids[0], ...(ids.length > 1 && { task_ids: ids }) });

function toAppError(error: unknown, c: Context): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status === 415) {
    return new AppError("unsupported_media_type", "The content type must be application/json.");
  }
  if (error instanceof HTTPException && error.status < 500) return new AppError("invalid_value", error.message);
  log("error", "request_failed", { requestId: c.get("requestId"), method: c.req.method, path: c.req.path, error });
  const outcome =
    c.req.method === "POST" ? "it is not known whether the request was carried out" : "there is no answer";
  return new AppError("internal", `The server met an unexpected fault; ${outcome}.`);
}

/**
 * The first fault zod found, as an error that names the field, its fault and the allowed values.
 * @param input what was validated: zod's issues do not carry the value at fault.
 */
export function validationError(error: z.core.$ZodError, input: unknown): AppError {
  const issue = error.issues[0];
  if (issue === undefined) return new AppError("invalid_value", "The request is not valid.");
  const param = pathOf(issue).map(String).join(".") || null;
  const sent = valueAt(input, issue.path);
  if (issue.code === "invalid_type" && sent === undefined)
    return new AppError("missing_value", `${param} is required.`, param);
  return new AppError("invalid_value", `${param ?? "The request"} ${wrong(issue, sent)}.`, param);
}

/** Of unknown fields, the first: zod's path is that of the object around them. */
const pathOf = (issue: z.core.$ZodIssue): PropertyKey[] =>
  issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;

function wrong(issue: z.core.$ZodIssue, sent: unknown): string {
  const count = (value: number | bigint) => value.toLocaleString("en-US");
  switch (issue.code) {
    case "invalid_value":
      return `${isShort(sent)}must be one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return `${isShort(sent)}must be ${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected === "int" ? "integer" : issue.expected}`;
    case "too_big":
      if (issue.origin === "array") return `holds ${lengthOf(sent)} items; the most is ${count(issue.maximum)}`;
      return issue.origin === "string"
        ? `is ${count(String(sent).length)} characters; the limit is ${count(issue.maximum)}`
        : `is ${sent}; the most is ${count(issue.maximum)}`;
    case "too_small":
      if (issue.origin === "array") return `holds ${lengthOf(sent)} items; the least is ${count(issue.minimum)}`;
      return issue.origin === "string" ? "must not be empty" : `is ${sent}; the least is ${count(issue.minimum)}`;
    case "unrecognized_keys":
      return "is not a field of this request";
    default:
      return issue.message;
  }
}

const lengthOf = (sent: unknown): number => (Array.isArray(sent) ? sent.length : 0);

/**
 * `is "5:4"; it ` for a value of a few characters. A longer one might be a session in the wrong field: not repeated.
 */
function isShort(sent: unknown): string {
  const text = JSON.stringify(sent) ?? String(sent);
  return text.length <= maxEchoedCharacters ? `is ${text}; it ` : "";
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce((value, name) => (value as Record<PropertyKey, unknown> | undefined)?.[name], input);
}
