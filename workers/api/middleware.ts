/** What every request passes before its route: request id, settings, secure headers, CORS, and the 405. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { apiConfig } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";
import { sealFor } from "#shared/seal.ts";
import { upstreamConfigFrom } from "#shared/upstreams/index.ts";
import type { AppEnv } from "./http/app.ts";
import { errorResponse } from "./http/error-response.ts";
import { preflightSeconds } from "./limits.ts";

export function useMiddleware(app: OpenAPIHono<AppEnv>): void {
  app.use(requestId({ headerName: "x-request-id" }));
  app.use(async (c, next) => {
    const config = apiConfig(c.env);
    c.set("config", config);
    c.set("upstreamConfig", upstreamConfigFrom(config.UPSTREAM_OVERRIDES));
    c.set("seal", await sealFor(config));
    await next();
  });
  app.use(secureHeaders(headerOptions));
  app.use((c, next) => {
    const method = c.req.header("access-control-request-method") ?? c.req.method;
    const isOpen = c.req.path.startsWith("/images/") && method !== "DELETE";
    const allowed = isOpen ? "*" : c.var.config.CORS_ORIGINS;
    return (allowed === "*" ? forEveryOrigin : corsFor(allowed))(c, next);
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allowed = methods.join(", ");
        c.header("Allow", allowed);
        return errorResponse(
          new AppError("method_not_allowed", `${c.req.method} is not possible here, only ${allowed}.`),
          c,
        );
      },
    }),
  );
}

/** Any page may show the images, so nothing here keeps other origins out. */
const headerOptions = {
  xContentTypeOptions: true,
  referrerPolicy: "no-referrer",
  strictTransportSecurity: "max-age=31536000",
  crossOriginResourcePolicy: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/** Answers for every origin are the same for all: with `Vary: Origin`, caches would keep one copy for each origin. */
const corsFor = (origin: "*" | string[]) =>
  cors({
    origin,
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"],
    exposeHeaders: [
      ...["x-request-id", "Location", "Retry-After", "x-should-retry", "Idempotent-Replayed"],
      ...["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"],
      ...["ETag", "Content-Range", "Accept-Ranges", "Content-Disposition"],
    ],
    maxAge: preflightSeconds,
  });
const forEveryOrigin = corsFor("*");
