/** The headers and bodies of clients' requests, for the tables. */
import type { ClientRequest } from "./client.ts";

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const json = { "content-type": "application/json" };

export const post = (
  path: string,
  key: string,
  body: unknown,
  headers: Record<string, string> = {},
): ClientRequest => ({
  method: "POST",
  path,
  headers: { ...bearer(key), ...json, ...headers },
  body: JSON.stringify(body),
});

export const postForm = (
  path: string,
  key: string,
  body: FormData,
  headers: Record<string, string> = {},
): ClientRequest => ({
  method: "POST",
  path,
  headers: { ...bearer(key), ...headers },
  body,
});

export const get = (path: string, key: string, headers: Record<string, string> = {}): ClientRequest => ({
  method: "GET",
  path,
  headers: { ...bearer(key), ...headers },
});

/** Headers that OpenAI's SDKs add to every request; the retry count rises with each retry. */
export const pythonSdk = {
  accept: "application/json",
  "user-agent": "OpenAI/Python 2.8.1",
  "x-stainless-lang": "python",
  "x-stainless-package-version": "2.8.1",
  "x-stainless-os": "Linux",
  "x-stainless-arch": "x64",
  "x-stainless-runtime": "CPython",
  "x-stainless-runtime-version": "3.12.3",
  "x-stainless-async": "false",
  "x-stainless-retry-count": "0",
  "x-stainless-read-timeout": "600",
};

export const nodeSdk = {
  accept: "application/json",
  "user-agent": "OpenAI/JS 4.104.0",
  "x-stainless-lang": "js",
  "x-stainless-package-version": "4.104.0",
  "x-stainless-os": "Linux",
  "x-stainless-arch": "x64",
  "x-stainless-runtime": "node",
  "x-stainless-runtime-version": "v22.12.0",
  "x-stainless-retry-count": "0",
};

/** A form with fields and files in the client's order. */
export function form(parts: [string, string | File][]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === "string") made.append(name, value);
    else made.append(name, value, value.name);
  }
  return made;
}

export const files = (name: string, from: File[]): [string, File][] => from.map((file) => [name, file]);

/** Sends a form chunked, without a content length, as clients do whose files are streams. */
export function streamed(sent: ClientRequest): ClientRequest {
  if (!(sent.body instanceof FormData)) throw new Error("not a form");
  const encoded = new Response(sent.body);
  if (encoded.body === null) throw new Error("an empty form");
  const contentType = encoded.headers.get("content-type") ?? "";
  return { ...sent, headers: { ...sent.headers, "content-type": contentType }, body: encoded.body };
}
