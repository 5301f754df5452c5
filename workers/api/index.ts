/** The API Worker: middleware, routes and errors. */
import { AppError } from "#shared/errors.ts";
import { createRouter } from "./http/app.ts";
import { errorResponse } from "./http/error-response.ts";
import { notFoundMessage } from "./http/not-found-message.ts";
import { serveDocument } from "./http/openapi.ts";
import { useMiddleware } from "./middleware.ts";
import { mcp } from "./routes/mcp.ts";
import { routes } from "./routes/routes.ts";

const app = createRouter();
useMiddleware(app);
for (const route of routes) app.route("/", route);
app.route(
  "/",
  mcp((request, c) => app.fetch(request, c.env, c.executionCtx)),
);
serveDocument(app);

app.notFound((c) => {
  const { pathname } = new URL(c.req.url);
  return errorResponse(new AppError("not_found", notFoundMessage(pathname)), c);
});
app.onError(errorResponse);

export default app;
