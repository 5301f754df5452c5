/** The tool server of one call: it keeps nothing between calls. */
import { McpServer } from "@modelcontextprotocol/server";
import type { OwnApi } from "./own-api.ts";
import { addImageTools } from "./tools/images.ts";
import { addModelTool } from "./tools/models.ts";
import { addTaskTools } from "./tools/tasks.ts";

const instructions =
  "Makes images with Dreamina (Jimeng, Seedream) from a prompt, or from a prompt and reference images. Images take one to three minutes and cost credits or money: when generate_image or edit_image answers with a task that has not ended, wait for it with get_task and do not ask again. A refused call and a failed task say what to do.";

export function mcpServer(api: OwnApi): McpServer {
  const server = new McpServer({ name: "dreamina-images", version: "0.1.0" }, { instructions });
  addImageTools(server, api);
  addTaskTools(server, api);
  addModelTool(server, api);
  return server;
}
