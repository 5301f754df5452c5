/**
 * The service that stores reference images (ImageX): apply for an upload target, send the bytes to its host, commit.
 * The calls are signed with the keys of an upload token and carry no cookie.
 */

import * as z from "zod";
import { Deadline } from "#shared/deadline.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { UploadedImage, UploadFile } from "#shared/upstreams/connection.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { type SigningKeys, signedHeaders, signedQuery } from "./aws-signature.ts";
import { noAnswer, tooManyCalls } from "./errors.ts";
import { bytesTimeoutMs, callTimeoutMs, maxLoggedCharacters } from "./limits.ts";
import type { Region } from "./region.ts";
import { addressOf, pageHeaders, retryAfter, type Transport } from "./request.ts";

/** Keys of an upload token, and the service they are for. */
export type ServiceKeys = SigningKeys & { serviceId: string };

/** The service with the keys for one session. */
export type ImageService = { transport: Transport; region: Region; keys: ServiceKeys };

export type UploadTarget = { host: string; uri: string; authorization: string; sessionKey: string };

type Answer<T> = Promise<Result<T, UpstreamFailure>>;

/** Letters, digits and dashes between dots, with letters at the end: no IP address, no port, no path. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
/** As in `tos-cn-i-tb4s082cfz/0123…`: one or more plain segments. */
const storeUri = /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/;

const targetSchema = z.object({
  UploadAddress: z.object({
    StoreInfos: z.array(z.object({ StoreUri: z.string().regex(storeUri), Auth: z.string().min(1) })).min(1),
    UploadHosts: z.array(z.string().regex(hostName).catch("")).nullish().catch(null),
    // One client reads this field instead.
    UploadHost: z.string().regex(hostName).nullish().catch(null),
    SessionKey: z.string().min(1),
  }),
});

/** @param bytes the size of the image. */
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
  const address = targetSchema.safeParse(answer.value).data?.UploadAddress;
  const [info] = address?.StoreInfos ?? [];
  // The first valid host name.
  const host = address?.UploadHosts?.find((name) => name !== "") ?? address?.UploadHost;
  if (address === undefined || info === undefined || !host) {
    return err(noAnswer("upstream_changed", "the answer names no upload target"));
  }
  return ok({ host, uri: info.StoreUri, authorization: info.Auth, sessionKey: address.SessionKey });
}

const storedSchema = z.object({ code: z.coerce.string(), message: z.string().nullish().catch(null) });

/** Sends the image. @throws what `file.body` throws: it is no fault of the upstream. */
export async function sendBytes(
  { transport, region }: ImageService,
  target: UploadTarget,
  file: UploadFile,
): Answer<null> {
  const url = addressOf(transport.origin, target.host, `/upload/v1/${target.uri}`);
  using deadline = Deadline.after(bytesTimeoutMs);
  const init = {
    method: "POST",
    headers: {
      ...pageHeaders(region, transport.config.versions),
      Authorization: target.authorization,
      "Content-CRC32": file.crc32,
      "Content-Disposition": 'attachment; filename="undefined"',
      "Content-Length": String(file.bytes),
      "Content-Type": "application/octet-stream",
    },
    body: await file.body(),
    // Node requires it for a stream; Workers ignore it.
    duplex: "half",
    redirect: "manual",
    signal: deadline.signal,
  };
  const answer = await exchange(transport, new Request(url, init as RequestInit));
  if (!answer.ok) return answer;
  const { status, isOk, json } = answer.value;
  if (!isOk) return err(notTaken(`HTTP ${status}`, answer.value.text));
  // Most clients read the status only; a code that is no success counts too.
  const stored = storedSchema.safeParse(json).data;
  const isStored = stored === undefined || stored.code === "2000";
  return isStored ? ok(null) : err(notTaken(`code ${stored.code}`, stored.message ?? ""));
}

/** Rounded: stored as a whole number. */
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

export async function commit(store: ImageService, target: UploadTarget): Answer<UploadedImage> {
  const answer = await callImageX(store, {
    method: "POST",
    query: { Action: "CommitImageUpload" },
    body: JSON.stringify({ SessionKey: target.sessionKey }),
  });
  if (!answer.ok) return answer;
  const committed = committedSchema.safeParse(answer.value).data;
  const [result] = committed?.Results ?? [];
  if (result === undefined) return err(noAnswer("upstream_changed", "the answer names no stored image"));
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

/** One signed call of the ImageX API. @returns its `Result`, not parsed. */
async function callImageX(
  { transport, region, keys }: ImageService,
  { method, query, body }: { method: "GET" | "POST"; query: Record<string, string>; body: string | null },
): Answer<unknown> {
  const signed = { method, query: { ...query, Version: "2018-08-01", ServiceId: keys.serviceId }, body };
  const url = `${addressOf(transport.origin, region.imagexHost, "/")}?${signedQuery(signed.query)}`;
  using deadline = Deadline.after(callTimeoutMs);
  const request = new Request(url, {
    method,
    headers: {
      ...pageHeaders(region, transport.config.versions),
      ...(await signedHeaders(signed, keys, transport.now())),
      ...(body !== null && { "Content-Type": "application/json" }),
    },
    body,
    redirect: "manual",
    signal: deadline.signal,
  });
  const answer = await exchange(transport, request);
  if (!answer.ok) return answer;
  const { status, isOk, json, text } = answer.value;
  const envelope = imagexSchema.safeParse(json);
  const refused = envelope.data?.ResponseMetadata?.Error;
  if (refused) return err(notTaken(`code ${refused.CodeN || refused.Code}`, `${refused.Code} ${refused.Message}`));
  if (!isOk) return err(notTaken(`HTTP ${status}`, text));
  if (!envelope.success) return err(noAnswer("upstream_changed", `HTTP ${status}, ${text}`));
  return ok(envelope.data.Result);
}

type Exchanged = { status: number; isOk: boolean; json: unknown; text: string };

async function exchange(transport: Transport, request: Request): Answer<Exchanged> {
  try {
    const response = await transport.fetch(request);
    const text = await response.text();
    if (response.status === 429) return err(tooManyCalls(retryAfter(response, transport.now())));
    if (response.status >= 500) return err(noAnswer("upstream_unreachable", `upload: HTTP ${response.status}`));
    return ok({
      status: response.status,
      isOk: response.ok,
      json: parseJson(text),
      text: text.slice(0, maxLoggedCharacters),
    });
  } catch (error) {
    return err(noAnswer("upstream_unreachable", `upload: ${String(error)}`));
  }
}

/** A failure of the upload service. Its codes are not those of the web API, so they are not looked up in the table. */
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
