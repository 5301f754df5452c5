/** How clients send: their headers and bodies, for the rows of the tables. */
import type { Sent } from "./client.ts";

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const json = { "content-type": "application/json" };

export const post = (path: string, key: string, body: unknown, headers: Record<string, string> = {}): Sent => ({
  method: "POST",
  path,
  headers: { ...bearer(key), ...json, ...headers },
  body: JSON.stringify(body),
});

export const postForm = (path: string, key: string, body: FormData, headers: Record<string, string> = {}): Sent => ({
  method: "POST",
  path,
  headers: { ...bearer(key), ...headers },
  body,
});

export const get = (path: string, key: string, headers: Record<string, string> = {}): Sent => ({
  method: "GET",
  path,
  headers: { ...bearer(key), ...headers },
});

/** What OpenAI's SDKs put into every request; the retry count rises when one is sent again. */
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

/** Fields and files of a form, in the order in which the client writes them. */
export function form(parts: [string, string | File][]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === "string") made.append(name, value);
    else made.append(name, value, value.name);
  }
  return made;
}

export const files = (name: string, from: File[]): [string, File][] => from.map((file) => [name, file]);

/** A form that goes out in pieces, without a length in front: what comes of a form made of file streams. */
export function streamed(sent: Sent): Sent {
  if (!(sent.body instanceof FormData)) throw new Error("not a form");
  const encoded = new Response(sent.body);
  if (encoded.body === null) throw new Error("an empty form");
  const contentType = encoded.headers.get("content-type") ?? "";
  return { ...sent, headers: { ...sent.headers, "content-type": contentType }, body: encoded.body };
}
