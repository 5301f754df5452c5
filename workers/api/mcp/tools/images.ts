/** The tools that make images. */
import type { McpServer } from "@modelcontextprotocol/server";
import type { OwnApi } from "#api/mcp/own-api.ts";
import { sayingRefusals } from "#api/mcp/refusal.ts";
import { submitAndWait } from "#api/mcp/submit-and-wait.ts";
import { editArguments, generateArguments, toolTaskSchema } from "#shared/wire/tools.ts";

const common = {
  outputSchema: toolTaskSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
};

export function addImageTools(server: McpServer, api: OwnApi): void {
  server.registerTool(
    "generate_image",
    {
      ...common,
      title: "Make images from a prompt",
      description: "Makes images from a prompt and returns links to them. Costs credits or money.",
      inputSchema: generateArguments,
    },
    (given, context) => sayingRefusals(() => submitAndWait(api, "/v1/images/generations/async", given, context)),
  );
  server.registerTool(
    "edit_image",
    {
      ...common,
      title: "Make images from images",
      description:
        "Makes images from a prompt and reference images, which it changes or combines, and returns links to them. Costs credits or money.",
      inputSchema: editArguments,
    },
    (given, context) => sayingRefusals(() => submitAndWait(api, "/v1/images/edits/async", given, context)),
  );
}
