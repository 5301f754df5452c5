/**
 * What every route of the API shares: the types of its context, a router that turns failed validation into our error,
 * and the check that a body is JSON at all. No routes.
 */

import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getPath } from "hono/utils/url";
import { maxTextBodyBytes } from "#api/limits.ts";
import type { ApiConfig } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";
import type { Seal } from "#shared/seal.ts";
import type { UpstreamConfig } from "#shared/upstreams/index.ts";
import { validationError } from "./error-response.ts";
import { readPath } from "./paths.ts";

export type AppEnv = {
  Bindings: ApiEnv;
  Variables: { config: ApiConfig; upstreamConfig: UpstreamConfig; seal: Seal; requestId: string };
};

export function createRouter() {
  return new OpenAPIHono<AppEnv>({
    getPath: (request) => readPath(getPath(request)).path,
    defaultHook: async (result, c) => {
      if (result.success) return;
      throw validationError(result.error, await validated(result.target, c));
    },
  });
}

/** What failed validation: its issues do not carry the values at fault. */
function validated(target: string, c: Context): unknown {
  switch (target) {
    case "json":
      return c.req.json();
    case "query":
      return c.req.query();
    case "param":
      return c.req.param();
    default:
      return c.req.header();
  }
}

const limitBody = (advice: string | null) =>
  bodyLimit({
    maxSize: maxTextBodyBytes,
    onError: () => {
      const what = `The body is larger than ${maxTextBodyBytes / 1024} KiB, the limit of this route`;
      throw new AppError("body_too_large", advice === null ? `${what}.` : `${what}; ${advice}.`);
    },
  });

export const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType);

/** A type that a client takes from what it sends, so that the body need not be looked at. */
export const isSurelyNotJson = (contentType: string): boolean =>
  /^(multipart|image|audio|video|font)\//i.test(contentType);

/** @param accepted the types that the route takes. */
export function wrongContentType(contentType: string, accepted: string): AppError {
  const sent = contentType === "" ? "none" : `"${contentType.slice(0, 60)}"`;
  const why = isSurelyNotJson(contentType) ? "" : ", and its body is not one JSON object";
  return new AppError(
    "unsupported_media_type",
    `The header Content-Type must be ${accepted}; the request has ${sent}${why}.`,
  );
}

/** JSON in another charset would be read with wrong letters in it, and its prompt be paid for. */
export const notUtf8 = (contentType: string, accepted: string): AppError =>
  isJson(contentType)
    ? new AppError("invalid_json", "The body is not UTF-8, the only charset of JSON (RFC 8259); encode it so.")
    : wrongContentType(contentType, accepted);

function isUtf8(bytes: ArrayBuffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param body the parsed body; undefined when it is not JSON.
 * @throws AppError when it is not one JSON object: by its type, if that does not promise one.
 */
export function oneObject(body: unknown, contentType: string, accepted: string): Record<string, unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  if (!isJson(contentType)) throw wrongContentType(contentType, accepted);
  const what = body === undefined ? "is not valid JSON" : "must be one JSON object";
  throw new AppError("invalid_json", `The body ${what}.`);
}

/**
 * Refuses bodies other than one JSON object, before the schema sees them. The content type does not matter:
 * curl's `-d` says application/x-www-form-urlencoded, and some clients say nothing.
 * @param advice what to do with a body that is too large, other than making it smaller.
 */
export function jsonBodyFor(advice: string | null): MiddlewareHandler<AppEnv> {
  const limit = limitBody(advice);
  return async (c, next) => {
    const contentType = c.req.header("content-type") ?? "";
    if (isSurelyNotJson(contentType)) throw wrongContentType(contentType, "application/json");
    // The validators behind look at the header themselves, and are pickier than `isJson`.
    const headers = new Headers(c.req.raw.headers);
    headers.set("content-type", "application/json");
    c.req.raw = new Request(c.req.raw, { headers });
    return limit(c, async () => {
      if (!isUtf8(await c.req.arrayBuffer())) throw notUtf8(contentType, "application/json");
      oneObject(await c.req.json().catch(() => undefined), contentType, "application/json");
      await next();
    });
  };
}

export const jsonBody = jsonBodyFor(null);
