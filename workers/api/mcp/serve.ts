/** Answers one call of the Model Context Protocol. Nothing is kept between calls. */
import { createMcpHandler } from "@modelcontextprotocol/server";
import { log } from "#shared/log.ts";
import { maxJsonBytes } from "#shared/wire/limits.ts";
import { type Dispatch, ownApi } from "./own-api.ts";
import { mcpServer } from "./server.ts";

/** @param dispatch the whole API, for the calls of the tools. */
export function serveMcp(request: Request, dispatch: Dispatch, requestId: string): Promise<Response> {
  const handler = createMcpHandler(() => mcpServer(ownApi(request, dispatch)), {
    maxRequestBodySize: maxJsonBytes,
    onerror: (error) => log("warn", "mcp_refused", { requestId, error }),
  });
  return handler.fetch(request);
}
