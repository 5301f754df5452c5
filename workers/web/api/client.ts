/**
 * Calls to the API: the active sessions as Authorization, the page's language, JSON in and out, and one kind of error
 * for everything that can go wrong. Repeats nothing.
 */

import { locale } from "#web/messages/index.ts";
import { authorization } from "#web/state/sessions.ts";
import { isRecord } from "#web/state/storage.ts";

export type CallInit = {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  body?: BodyInit;
  signal?: AbortSignal;
  /** The Authorization header; null sends none. Without it, that of the active sessions. */
  authorization?: string | null;
};

/** Codes of this page's own, beside those of the API. */
export type LocalCode = "offline" | "no_sessions" | "unreadable";

export class ApiError extends Error {
  /** 0 when no answer came. */
  readonly status: number;
  /** The API's code, or a LocalCode. */
  readonly code: string;
  /** In the page's language; empty when there is none. */
  readonly hint: string;
  readonly param: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(fault: {
    status: number;
    code: string;
    message: string;
    hint?: string;
    param?: string | null;
    retryable?: boolean;
    retryAfterSeconds?: number | null;
  }) {
    super(fault.message);
    this.name = "ApiError";
    this.status = fault.status;
    this.code = fault.code;
    this.hint = fault.hint ?? "";
    this.param = fault.param ?? null;
    this.retryable = fault.retryable ?? false;
    this.retryAfterSeconds = fault.retryAfterSeconds ?? null;
  }
}

/** @throws ApiError; an abort stays the AbortError it is. */
export async function call<T>(path: string, init: CallInit = {}): Promise<T> {
  const response = await request(path, init);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ status: response.status, code: "unreadable", message: "The answer is not JSON." });
  }
}

/** The answer itself, when it is no refusal. @throws ApiError */
export async function request(path: string, init: CallInit = {}): Promise<Response> {
  const credentials = init.authorization === undefined ? authorization() : init.authorization;
  const headers = new Headers({ "Accept-Language": locale(), ...init.headers });
  if (credentials !== null) headers.set("Authorization", credentials);
  if (init.json !== undefined) headers.set("Content-Type", "application/json");
  const body = init.json === undefined ? init.body : JSON.stringify(init.json);
  const response = await answerTo(path, { method: init.method ?? "GET", headers, body, signal: init.signal });
  if (response.ok) return response;
  throw await refusalIn(response);
}

async function answerTo(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: "omit", cache: "no-store" });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ status: 0, code: "offline", message: "No answer from the server.", retryable: true });
  }
}

/** What is not in the API's own words comes from something in between, or from a server that is down. */
async function refusalIn(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const { code, message, hint, param, retryable } = error;
  return new ApiError({
    status: response.status,
    code: typeof code === "string" ? code : response.status >= 500 ? "offline" : "unreadable",
    message: typeof message === "string" ? message : `The server answered ${response.status}.`,
    hint: typeof hint === "string" ? hint : "",
    param: typeof param === "string" ? param : null,
    retryable: typeof retryable === "boolean" ? retryable : response.status >= 500,
    retryAfterSeconds: secondsIn(response.headers.get("retry-after")),
  });
}

export function secondsIn(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? "");
  return retryAfter !== null && retryAfter.trim() !== "" && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
