/**
 * Calls of the upstream's web and commerce API: address, headers, cookie, sign, timeout, envelope. One call, one
 * Result, no retries. A call without a readable answer is a `noAnswer` failure.
 */

import * as z from "zod";
import { Deadline } from "#shared/deadline.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { noAnswer, refusal, tooManyCalls } from "./errors.ts";
import { callTimeoutMs, cookieLifetimeSeconds, maxLoggedCharacters, maxRetryAfterSeconds } from "./limits.ts";
import type { Region } from "./region.ts";
import type { Session } from "./session.ts";
import { sign } from "./sign.ts";
import type { UpstreamConfig } from "./upstream-config.ts";
import type { Versions } from "./versions.ts";

export type Transport = {
  fetch: (request: Request) => Promise<Response>;
  /** Unix milliseconds. */
  now: () => number;
  /** Undefined: the real hosts over HTTPS. Set: this origin, with the real host as the first path segment. */
  origin: string | undefined;
  config: UpstreamConfig;
};

export type Call = {
  session: Session;
  path: string;
  body: unknown;
};

/** `ret` is a string; some clients accept a number. Empty beside data it counts as success (2026-04). */
const envelopeSchema = z.object({
  ret: z.union([z.string(), z.number()]).transform(String),
  errmsg: z.string().nullish().catch(null),
  data: z.unknown().optional(),
});

const failureDataSchema = z.object({
  fail_code: z.union([z.string(), z.number()]).transform(String).nullish().catch(null),
  fail_starling_key: z.string().nullish().catch(null),
  fail_starling_message: z.string().nullish().catch(null),
});

/** A call of the web API. @param query added to the query of every call. @returns the envelope's `data`, not parsed. */
export function call(
  transport: Transport,
  { query, ...asked }: Call & { query: Record<string, string> },
): Promise<Result<unknown, UpstreamFailure>> {
  const { session, path } = asked;
  const { regions, versions, headers } = transport.config;
  const region = regions[session.region];
  const url = new URL(addressOf(transport.origin, region.apiHost, path));
  for (const [name, value] of Object.entries({ ...commonQuery(region, session, versions), ...query })) {
    url.searchParams.set(name, value);
  }
  return send(transport, url, asked, {
    Lan: region.lan,
    Loc: region.loc,
    "App-Sdk-Version": versions.appSdk,
    ...headers,
  });
}

/**
 * A call of the commerce API: another host, no query, fewer headers (browser capture of the Singapore site, 2026-04).
 */
export function callCommerce(transport: Transport, asked: Call): Promise<Result<unknown, UpstreamFailure>> {
  const region = transport.config.regions[asked.session.region];
  const url = new URL(addressOf(transport.origin, region.commerceHost, asked.path));
  return send(transport, url, asked, { Lan: region.commerceLan });
}

async function send(
  transport: Transport,
  url: URL,
  { session, path, body }: Call,
  ownHeaders: Record<string, string>,
): Promise<Result<unknown, UpstreamFailure>> {
  using deadline = Deadline.after(callTimeoutMs);
  const headers = new Headers(headersFor(transport, session, path));
  for (const [name, value] of Object.entries(ownHeaders)) headers.set(name, value);
  const request = new Request(url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    redirect: "manual",
    signal: deadline.signal,
  });

  let response: Response;
  let text: string;
  try {
    response = await transport.fetch(request);
    text = await response.text();
  } catch (error) {
    return err(noAnswer("upstream_unreachable", String(error)));
  }
  return readEnvelope(response, text, transport.now());
}

export const addressOf = (origin: string | undefined, host: string, path: string): string =>
  origin === undefined ? `https://${host}${path}` : `${origin}/${host}${path}`;

function readEnvelope(response: Response, text: string, now: number): Result<unknown, UpstreamFailure> {
  if (response.status === 429) return err(tooManyCalls(retryAfter(response, now)));
  if (response.status >= 500) return err(noAnswer("upstream_unreachable", `HTTP ${response.status}`));
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (!envelope.success) {
    return err(noAnswer("upstream_changed", `HTTP ${response.status}, ${text.slice(0, maxLoggedCharacters)}`));
  }
  const { ret, errmsg, data } = envelope.data;
  const isSuccess = ret === "0" || (ret === "" && !errmsg && data != null);
  if (isSuccess) return ok(data);
  const details = failureDataSchema.safeParse(data ?? {}).data;
  return err(
    refusal({
      ret,
      failCode: details?.fail_code ?? "",
      key: details?.fail_starling_key ?? "",
      text: [errmsg, details?.fail_starling_message].filter(Boolean).join(" · "),
    }),
  );
}

function commonQuery(region: Region, session: Session, versions: Versions): Record<string, string> {
  return {
    aid: String(region.appId),
    device_platform: "web",
    region: region.regionParam,
    ...(region.sendsWebId && { webId: webIdOf(session) }),
    da_version: versions.draft,
    web_version: versions.web,
    aigc_features: "app_lip_sync",
  };
}

function headersFor({ config, now }: Transport, session: Session, path: string): Record<string, string> {
  const region = config.regions[session.region];
  const { app, platform } = config.versions;
  const deviceTime = Math.floor(now() / 1000);
  const deviceId = "";
  return {
    "Content-Type": "application/json",
    Appid: String(region.appId),
    Appvr: app,
    Pf: platform,
    "Device-Time": String(deviceTime),
    Tdid: deviceId,
    Sign: sign({ path, platform, appVersion: app, deviceId, deviceTime }),
    "Sign-Ver": "1",
    ...region.storeHeaders,
    ...pageHeaders(region, config.versions),
    Cookie: cookieFor(region, session, deviceTime),
  };
}

/** Headers of every request of the site's page, to any host. */
export const pageHeaders = (region: Region, versions: Versions): Record<string, string> => ({
  Accept: "application/json, text/plain, */*",
  "Accept-Language": region.acceptLanguage,
  Origin: region.siteOrigin,
  Referer: `${region.siteOrigin}/ai-tool/generate?type=image`,
  "User-Agent": versions.userAgent,
  ...versions.clientHints,
});

/**
 * The cookies of a client that has only the session id. The Chinese site needed only `sessionid` (live test 2026-09).
 * Open clients add a random `uid_tt`, whose real value only a browser has; this client sends none.
 */
function cookieFor(region: Region, { sessionId, region: regionId }: Session, nowSeconds: number): string {
  // The time of the login is unknown. Rounded, so that not every call looks like a new login.
  const issuedAt = nowSeconds - (nowSeconds % cookieLifetimeSeconds);
  const ends = new Date((issuedAt + cookieLifetimeSeconds) * 1000).toUTCString();
  const parts: Record<string, string> = {
    _tea_web_id: webIdOf({ sessionId, region: regionId }),
    is_staff_user: "false",
    ...region.storeCookies,
    sid_guard: encodeURIComponent(`${sessionId}|${issuedAt}|${cookieLifetimeSeconds}|${ends}`),
    sid_tt: sessionId,
    sessionid: sessionId,
    sessionid_ss: sessionId,
  };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}

/**
 * The browser's id, 19 digits: always the same for a session, so that one account has one browser. An FNV-1a hash of
 * the session; the session cannot be computed from it.
 */
function webIdOf({ sessionId }: Session): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(sessionId)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return `7${String(hash % 10n ** 18n).padStart(18, "0")}`;
}

/**
 * The header Retry-After: seconds, or a date (RFC 9110 §10.2.3).
 *
 * @param now Unix milliseconds.
 * @returns seconds from now, at least 1; null without a usable value.
 */
export function retryAfter(response: Response, now: number): number | null {
  const header = response.headers.get("retry-after")?.trim() ?? "";
  const seconds = /^[\d.]+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(maxRetryAfterSeconds, Math.ceil(seconds)) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
