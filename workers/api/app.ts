/**
 * What every route of the API shares: the types of its context, a router that turns failed validation into our error,
 * and the check that a body is JSON at all. No routes.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getPath } from "hono/utils/url";
import type { ApiConfig } from "../../shared/config.ts";
import { AppError } from "../../shared/errors.ts";
import type { Seal } from "../../shared/seal.ts";
import type { Facts } from "../../shared/upstream/index.ts";
import { validationError } from "./error-response.ts";
import { readPath } from "./paths.ts";

export type AppEnv = {
  Bindings: ApiEnv;
  Variables: { config: ApiConfig; facts: Facts; seal: Seal; requestId: string };
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

/** Two prompts of 8,000 characters, each written as a pair of \uXXXX escapes, and room for everything else. */
const maxJsonBytes = 256 * 1024;

const limitBody = (advice: string | null) =>
  bodyLimit({
    maxSize: maxJsonBytes,
    onError: () => {
      const what = `The body is larger than ${maxJsonBytes / 1024} KiB, the limit of this route`;
      throw new AppError("body_too_large", advice === null ? `${what}.` : `${what}; ${advice}.`);
    },
  });

export const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType);

/**
 * Refuses whatever is not one JSON object, before the schema sees it.
 * @param advice what to do with a body that is too large, other than making it smaller.
 */
export function jsonBodyFor(advice: string | null): MiddlewareHandler<AppEnv> {
  const limit = limitBody(advice);
  return async (c, next) => {
    const contentType = c.req.header("content-type") ?? "";
    if (!isJson(contentType)) {
      const sent = contentType === "" ? "none" : `"${contentType.slice(0, 60)}"`;
      const why = `The content type must be application/json; the request has ${sent}.`;
      throw new AppError("unsupported_media_type", why);
    }
    return limit(c, async () => {
      const body: unknown = await c.req.json().catch(() => {
        throw new AppError("invalid_json", "The body is not valid JSON.");
      });
      if (typeof body !== "object" || body === null || Array.isArray(body)) {
        throw new AppError("invalid_json", "The body must be one JSON object.");
      }
      await next();
    });
  };
}

export const jsonBody = jsonBodyFor(null);
