/** Calls the API: JSON in and out, one kind of error for every failure. Repeats nothing. */
import { isRecord } from "#web/storage/is-record.ts";
import { ApiError } from "./api-error.ts";
import { secondsIn } from "./retry-after.ts";

/** Read at each call. */
export type ClientOptions = {
  /** The Authorization header of calls that name none; null sends none. */
  authorization: () => string | null;
  /** The Accept-Language header, which decides the language of hints. */
  language: () => string;
  /** Whether cookies are sent; without it they are not. */
  cookies?: "omit" | "same-origin";
};

type CallInit = {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  body?: BodyInit;
  signal?: AbortSignal;
  /** The Authorization header; null sends none. Without it, the client's. */
  authorization?: string | null;
};

export type Client = {
  /** @returns the parsed JSON. @throws ApiError; an abort rejects with its AbortError. */
  call<T>(path: string, init?: CallInit): Promise<T>;
  /** @returns the response, when it is no refusal. @throws ApiError; an abort rejects with its AbortError. */
  request(path: string, init?: CallInit): Promise<Response>;
};

export function createClient(options: ClientOptions): Client {
  const { cookies: credentials = "omit" } = options;
  const request: Client["request"] = async (path, init = {}) => {
    const authorization = init.authorization === undefined ? options.authorization() : init.authorization;
    const headers = new Headers({ "Accept-Language": options.language(), ...init.headers });
    if (authorization !== null) headers.set("Authorization", authorization);
    if (init.json !== undefined) headers.set("Content-Type", "application/json");
    const body = init.json === undefined ? init.body : JSON.stringify(init.json);
    const response = await send(path, {
      method: init.method ?? "GET",
      headers,
      body,
      signal: init.signal,
      credentials,
    });
    if (response.ok) return response;
    throw await refusalIn(response);
  };
  return { request, call: async (path, init) => parse(await request(path, init)) };
}

async function parse<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ status: response.status, code: "unreadable", message: "The answer is not JSON." });
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: "no-store" });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ status: 0, code: "offline", message: "No answer from the server.", retryable: true });
  }
}

/** A 5xx without the API's error object comes from a proxy or a server that is down. */
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

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
