/**
 * /mcp: the Model Context Protocol over streamable HTTP, stateless, in its form of 2026 and those of 2025. The
 * Authorization is the one of every route.
 */
import type { Context } from "hono";
import { authenticate, type CallerEnv } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";

type Api = (request: Request, c: Context<CallerEnv>) => Response | Promise<Response>;

/** @param api the whole API, for the calls of the tools. */
export const mcp = (api: Api) =>
  createRouter().all("/mcp", authenticate, async (c: Context<CallerEnv>) => {
    // Not before it is needed: to evaluate it takes longer than the rest of the Worker.
    const { serveMcp } = await import("#api/mcp/serve.ts");
    return serveMcp(c.req.raw, (request) => api(request, c), c.var.requestId);
  });
