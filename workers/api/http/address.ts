/** What the address of a request says: where this server is reached, and Azure's name of a model. */
import type { Context } from "hono";
import type { AppEnv } from "./app.ts";
import { forwardedUrl } from "./forwarded-url.ts";
import { readPath } from "./paths.ts";

/** The request's address as its caller used it: behind a proxy that is trusted, what that proxy says. */
export function ownUrl<E extends AppEnv>(c: Context<E>): URL {
  if (!c.var.config.TRUST_PROXY) return new URL(c.req.url);
  return forwardedUrl(c.req.url, { proto: c.req.header("x-forwarded-proto"), host: c.req.header("x-forwarded-host") });
}

type Fields = Record<string, unknown>;

/** The fields of a body with the model that the address names, where the body names none. */
export function withDeployment<E extends AppEnv>(c: Context<E>, body: Fields): Fields {
  const { deployment } = readPath(new URL(c.req.url).pathname);
  return deployment === undefined || body.model != null ? body : { ...body, model: deployment };
}
