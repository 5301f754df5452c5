/**
 * AWS Signature Version 4 for the upstream's upload service; one function per stage of the scheme. Packages sign the
 * `host` header too: the site's page does not, and a relay would break such a signature. Web Crypto; time is an
 * argument. Path `/` only, and whole bodies only.
 */
export type SigningKeys = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** The service's region, e.g. `cn-north-1`. */
  region: string;
};

export type RequestToSign = {
  method: "GET" | "POST";
  query: Record<string, string>;
  /** Null: no body, and no hash of it in the headers. */
  body: string | null;
};

const service = "imagex";
const algorithm = "AWS4-HMAC-SHA256";

/** The headers of a signed request. @param now Unix milliseconds. */
export async function signedHeaders(
  request: RequestToSign,
  keys: SigningKeys,
  now: number,
): Promise<Record<string, string>> {
  const time = amzDate(now);
  const headers = await headersToSign(request, keys, time);
  const canonical = canonicalRequest(request, headers, await sha256(request.body ?? ""));
  const signature = await sign(stringToSign(await sha256(canonical), scopeOf(keys, time), time), keys, time);
  const names = Object.keys(headers).join(";");
  const credential = `${keys.accessKeyId}/${scopeOf(keys, time)}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** `20260101T000000Z` */
const amzDate = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");

const scopeOf = ({ region }: SigningKeys, time: string): string =>
  `${time.slice(0, 8)}/${region}/${service}/aws4_request`;

/** Sorted by name, the order of the signature. */
async function headersToSign({ body }: RequestToSign, { sessionToken }: SigningKeys, time: string) {
  return {
    ...(body !== null && { "x-amz-content-sha256": await sha256(body) }),
    "x-amz-date": time,
    "x-amz-security-token": sessionToken,
  };
}

/** @param headers lower-case names, sorted. */
export function canonicalRequest(
  { method, query }: Pick<RequestToSign, "method" | "query">,
  headers: Record<string, string>,
  bodyHash: string,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  return [method, "/", signedQuery(query), lines.join(""), Object.keys(headers).join(";"), bodyHash].join("\n");
}

/** The query in the form that is signed and sent. Sorted by bytes: capitals first. */
export function signedQuery(query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [encode(name), encode(value)]);
  return pairs
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Percent-encoding of RFC 3986: encodeURIComponent leaves five characters that the scheme encodes. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const stringToSign = (canonicalHash: string, scope: string, time: string): string =>
  [algorithm, time, scope, canonicalHash].join("\n");

async function sign(text: string, keys: SigningKeys, time: string): Promise<string> {
  let key = bytesOf(`AWS4${keys.secretAccessKey}`);
  for (const part of scopeOf(keys, time).split("/")) key = await hmac(key, part);
  return hex(await hmac(key, text));
}

async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytesOf(text)));
}

const sha256 = async (text: string): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text))));

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
