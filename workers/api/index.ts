/** The API worker: middleware, routes, errors, put together. */
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { apiConfig } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";
import { sealFor } from "#shared/seal.ts";
import { upstreamConfigFrom } from "#shared/upstream/index.ts";
import { createRouter } from "./http/app.ts";
import { errorResponse } from "./http/error-response.ts";
import { serveDocument } from "./http/openapi.ts";
import { nothingAt } from "./http/paths.ts";
import { cancel } from "./routes/cancel.ts";
import { compositions } from "./routes/compositions.ts";
import { credits } from "./routes/credits.ts";
import { docs } from "./routes/docs.ts";
import { events } from "./routes/events.ts";
import { files } from "./routes/files.ts";
import { generations } from "./routes/generations.ts";
import { health } from "./routes/health.ts";
import { models } from "./routes/models.ts";
import { sessions } from "./routes/sessions.ts";
import { tasks } from "./routes/tasks.ts";

const app = createRouter();

app.use(requestId({ headerName: "x-request-id" }));
app.use(async (c, next) => {
  const config = apiConfig(c.env);
  c.set("config", config);
  c.set("upstreamConfig", upstreamConfigFrom(config.UPSTREAM_OVERRIDES));
  c.set("seal", await sealFor(config));
  await next();
});
// Images are to be shown by anybody's page, so nothing here keeps other origins out.
app.use(
  secureHeaders({
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
  }),
);
/** Answers for every origin are the same for all: with a `Vary: Origin` each cache would keep one copy an origin. */
const corsFor = (origin: "*" | string[]) =>
  cors({
    origin,
    allowMethods: ["GET", "HEAD", "POST", "OPTIONS"],
    exposeHeaders: [
      ...["x-request-id", "Location", "Retry-After", "x-should-retry", "Idempotent-Replayed"],
      ...["ETag", "Content-Range", "Accept-Ranges", "Content-Disposition"],
    ],
    maxAge: 86_400,
  });
const forEveryOrigin = corsFor("*");
app.use((c, next) => {
  const allowed = c.req.path.startsWith("/images/") ? "*" : c.var.config.CORS_ORIGINS;
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

for (const routes of [
  generations,
  compositions,
  tasks,
  events,
  cancel,
  files,
  credits,
  sessions,
  models,
  health,
  docs,
]) {
  app.route("/", routes);
}
serveDocument(app);

app.notFound((c) => {
  const { pathname } = new URL(c.req.url);
  return errorResponse(new AppError("not_found", nothingAt(pathname)), c);
});
app.onError(errorResponse);

export default app;
