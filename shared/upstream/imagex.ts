/**
 * The service that stores reference images (ImageX), which is not the site's own: a place is applied for, the bytes go
 * to the host it names, a commit ends it. Its calls are signed with the keys of an upload token and carry no cookie.
 */

import * as z from "zod";
import { err, ok, type Result } from "#shared/result.ts";
import { type SigningKeys, signedHeaders, signedQuery } from "./aws-signature.ts";
import { tooManyCalls, type UpstreamFailure, unanswered } from "./errors.ts";
import { bytesTimeoutMs, callTimeoutMs } from "./limits.ts";
import type { Region } from "./region.ts";
import { addressOf, pageHeaders, retryAfter, type Transport } from "./request.ts";

export type UploadFile = {
  bytes: number;
  /** 8 lower-case hex digits, CRC-32 as in IEEE 802.3. */
  crc32: string;
  /** Called once at most. In the Workers runtime the stream must know its length (FixedLengthStream). */
  body: () => Promise<ReadableStream<Uint8Array>>;
};

/** What a draft says of an image; 0 and "" where the upstream did not tell. */
export type UploadedImage = { uri: string; width: number; height: number; format: string };

/** Keys of an upload token, and the service they are for. */
export type ServiceKeys = SigningKeys & { serviceId: string };

/** Where and as whom. */
export type ImageService = { transport: Transport; region: Region; keys: ServiceKeys };

export type UploadTarget = { host: string; uri: string; authorization: string; sessionKey: string };

type Answer<T> = Promise<Result<T, UpstreamFailure>>;

/** Letters, digits and dashes between dots, and no number at the end: no address, no port, no path. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
/** As in `tos-cn-i-tb4s082cfz/0123…`: one or more plain segments. */
const storeUri = /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/;

const placeSchema = z.object({
  UploadAddress: z.object({
    StoreInfos: z.array(z.object({ StoreUri: z.string().regex(storeUri), Auth: z.string().min(1) })).min(1),
    UploadHosts: z.array(z.string().regex(hostName).catch("")).nullish().catch(null),
    // One client reads this one instead.
    UploadHost: z.string().regex(hostName).nullish().catch(null),
    SessionKey: z.string().min(1),
  }),
});

/** @param bytes the size of what will come. */
export async function applyForUpload(store: ImageService, bytes: number): Answer<UploadTarget> {
  const answer = await callImageX(store, {
    method: "GET",
    query: {
      Action: "ApplyImageUpload",
      FileSize: String(bytes),
      // Ten random letters and digits, as the site's page adds them.
      s: crypto.randomUUID().replaceAll("-", "").slice(0, 10),
      ...store.region.applyQuery,
    },
    body: null,
  });
  if (!answer.ok) return answer;
  const address = placeSchema.safeParse(answer.value).data?.UploadAddress;
  const [info] = address?.StoreInfos ?? [];
  // A host that is no plain name is passed over.
  const host = address?.UploadHosts?.find((name) => name !== "") ?? address?.UploadHost;
  if (address === undefined || info === undefined || !host) {
    return err(unanswered("upstream_changed", "the answer names no place to upload to"));
  }
  return ok({ host, uri: info.StoreUri, authorization: info.Auth, sessionKey: address.SessionKey });
}

const storedSchema = z.object({ code: z.coerce.string(), message: z.string().nullish().catch(null) });

/** The one call that carries the image. What `file.body` throws goes through: it is not the upstream's fault. */
export async function sendBytes(
  { transport, region }: ImageService,
  place: UploadTarget,
  file: UploadFile,
): Answer<null> {
  const url = addressOf(transport.origin, place.host, `/upload/v1/${place.uri}`);
  const init = {
    method: "POST",
    headers: {
      ...pageHeaders(region, transport.config.versions),
      Authorization: place.authorization,
      "Content-CRC32": file.crc32,
      "Content-Disposition": 'attachment; filename="undefined"',
      "Content-Length": String(file.bytes),
      "Content-Type": "application/octet-stream",
    },
    body: await file.body(),
    // Node wants it said that the answer comes after the stream; Workers do not know the word.
    duplex: "half",
    redirect: "manual",
    signal: AbortSignal.timeout(bytesTimeoutMs),
  };
  const answer = await exchange(transport, new Request(url, init as RequestInit));
  if (!answer.ok) return answer;
  const { status, isOk, json } = answer.value;
  if (!isOk) return err(notTaken(`HTTP ${status}`, answer.value.text));
  // Most clients look at the status only; a code that is there and no success is believed all the same.
  const stored = storedSchema.safeParse(json).data;
  const isStored = stored === undefined || stored.code === "2000";
  return isStored ? ok(null) : err(notTaken(`code ${stored.code}`, stored.message ?? ""));
}

/** Whole, whatever comes: it is stored. */
const pixels = z.coerce.number().transform(Math.round).catch(0);

const committedSchema = z.object({
  Results: z.array(z.object({ Uri: z.string().min(1), UriStatus: z.coerce.number() })).min(1),
  PluginResult: z
    .array(
      z.object({
        ImageWidth: pixels,
        ImageHeight: pixels,
        ImageFormat: z.string().catch(""),
      }),
    )
    .nullish()
    .catch(null),
});
const uriStored = 2000;

export async function commit(store: ImageService, place: UploadTarget): Answer<UploadedImage> {
  const answer = await callImageX(store, {
    method: "POST",
    query: { Action: "CommitImageUpload" },
    body: JSON.stringify({ SessionKey: place.sessionKey }),
  });
  if (!answer.ok) return answer;
  const committed = committedSchema.safeParse(answer.value).data;
  const [result] = committed?.Results ?? [];
  if (result === undefined) return err(unanswered("upstream_changed", "the answer names no stored image"));
  if (result.UriStatus !== uriStored) return err(notTaken(`status ${result.UriStatus}`, ""));
  const [about] = committed?.PluginResult ?? [];
  return ok({
    uri: result.Uri,
    width: about?.ImageWidth ?? 0,
    height: about?.ImageHeight ?? 0,
    format: about?.ImageFormat ?? "",
  });
}

const imagexSchema = z.object({
  ResponseMetadata: z
    .object({
      Error: z
        .object({
          Code: z.coerce.string().catch(""),
          CodeN: z.coerce.string().nullish().catch(null),
          Message: z.string().catch(""),
        })
        .nullish(),
    })
    .nullish(),
  Result: z.unknown().optional(),
});

/** One signed call of the service that hands out places. @returns its `Result`, not yet looked into. */
async function callImageX(
  { transport, region, keys }: ImageService,
  { method, query, body }: { method: "GET" | "POST"; query: Record<string, string>; body: string | null },
): Answer<unknown> {
  const signed = { method, query: { ...query, Version: "2018-08-01", ServiceId: keys.serviceId }, body };
  const url = `${addressOf(transport.origin, region.imagexHost, "/")}?${signedQuery(signed.query)}`;
  const request = new Request(url, {
    method,
    headers: {
      ...pageHeaders(region, transport.config.versions),
      ...(await signedHeaders(signed, keys, transport.now())),
      ...(body !== null && { "Content-Type": "application/json" }),
    },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  const answer = await exchange(transport, request);
  if (!answer.ok) return answer;
  const { status, isOk, json, text } = answer.value;
  const envelope = imagexSchema.safeParse(json);
  const refused = envelope.data?.ResponseMetadata?.Error;
  if (refused) return err(notTaken(`code ${refused.CodeN || refused.Code}`, `${refused.Code} ${refused.Message}`));
  if (!isOk) return err(notTaken(`HTTP ${status}`, text));
  if (!envelope.success) return err(unanswered("upstream_changed", `HTTP ${status}, ${text}`));
  return ok(envelope.data.Result);
}

type Exchanged = { status: number; isOk: boolean; json: unknown; text: string };

async function exchange(transport: Transport, request: Request): Answer<Exchanged> {
  try {
    const response = await transport.fetch(request);
    const text = await response.text();
    if (response.status === 429) return err(tooManyCalls(retryAfter(response, transport.now())));
    if (response.status >= 500) return err(unanswered("upstream_unreachable", `upload: HTTP ${response.status}`));
    return ok({ status: response.status, isOk: response.ok, json: parseJson(text), text: text.slice(0, 200) });
  } catch (error) {
    return err(unanswered("upstream_unreachable", `upload: ${String(error)}`));
  }
}

/** The upload services have numbers of their own, which the table of the API's codes must not read. */
const notTaken = (why: string, text: string): UpstreamFailure => ({
  verdict: "again",
  answered: true,
  error: { code: "upstream_failed", message: `Dreamina's upload service did not take a reference image (${why}).` },
  retryAfterSeconds: null,
  text,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
