// Checks the AWS signature (version 4) of ImageX calls. After the published scheme and the requests of clients of 2026:
// path "/", service imagex. No I/O.

import { createHash, createHmac } from "node:crypto";

export type SignedRequest = {
  method: string;
  host: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
};

/** The expected key, and the regions it may sign for. */
export type Signer = {
  accessKeyId: string;
  secretAccessKey: string;
  regions: readonly string[];
};

const algorithm = "AWS4-HMAC-SHA256";
const service = "imagex";
const neededHeaders = ["x-amz-date", "x-amz-security-token"];

/** The first problem of the signature; undefined when it is valid. */
export function signatureProblem(request: SignedRequest, signer: Signer): string | undefined {
  const { headers } = request;
  const credentials = credentialsOf(headers.get("authorization") ?? "");
  if (!credentials) return `authorization is not "${algorithm} Credential=…, SignedHeaders=…, Signature=…"`;
  const { accessKeyId, scope, signedHeaders, signature } = credentials;
  const date = headers.get("x-amz-date") ?? "";
  if (!/^\d{8}T\d{6}Z$/.test(date)) return "x-amz-date is not like 20260101T000000Z";
  if (accessKeyId !== signer.accessKeyId) return "the credential's key is not the token's";

  const [day, region = "", scopeService, end, ...rest] = scope.split("/");
  if (day !== date.slice(0, "yyyymmdd".length)) return "the credential's day is not that of x-amz-date";
  if (!signer.regions.includes(region))
    return `the credential's region is ${region}, not ${signer.regions.join(" or ")}`;
  if (scopeService !== service || end !== "aws4_request" || rest.length > 0)
    return `the credential does not end in /${service}/aws4_request`;

  const missing = neededHeaders.find((name) => !signedHeaders.includes(name));
  if (missing) return `${missing} is not signed`;
  if (signedHeaders.join() !== [...signedHeaders].sort().join()) return "SignedHeaders is not sorted";
  const payloadHash = headers.get("x-amz-content-sha256");
  if (payloadHash !== null && payloadHash !== sha256(request.body)) return "x-amz-content-sha256 is not the body's";
  if (request.method === "POST" && !signedHeaders.includes("x-amz-content-sha256"))
    return "x-amz-content-sha256 is not signed";

  const hash = sha256(canonicalRequest(request, signedHeaders));
  const toSign = [algorithm, date, scope, hash].join("\n");
  if (signature !== hmac(signingKey(signer.secretAccessKey, day, region), toSign).toString("hex"))
    return `the signature does not match; the canonical request has the hash ${hash}`;
  return undefined;
}

/** Method, path, query, headers and payload hash, one line each. The query is in byte order: upper case first. */
export function canonicalRequest(
  { method, host, query, headers, body }: SignedRequest,
  signedHeaders: readonly string[],
): string {
  const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort(byBytes);
  const sent = (name: string) => (name === "host" ? host : (headers.get(name) ?? ""));
  const lines = signedHeaders.map((name) => `${name}:${sent(name).trim()}\n`).join("");
  return [method, "/", pairs.join("&"), lines, signedHeaders.join(";"), sha256(body)].join("\n");
}

function credentialsOf(authorization: string) {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;
  const [, accessKeyId, scope, headers, signature] = pattern.exec(authorization) ?? [];
  if (!accessKeyId || !scope || !headers || !signature) return undefined;
  return { accessKeyId, scope, signedHeaders: headers.split(";"), signature };
}

function signingKey(secret: string, day: string, region: string): Buffer {
  return [day, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** RFC 3986: encodes all but letters, digits and -._~. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
