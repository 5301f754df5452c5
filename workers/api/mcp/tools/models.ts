/** The tool that lists the models. */
import type { McpServer } from "@modelcontextprotocol/server";
import type { OwnApi } from "#api/mcp/own-api.ts";
import { answered, sayingRefusals } from "#api/mcp/refusal.ts";
import type { Model } from "#shared/wire/models.ts";
import { toolModelsSchema } from "#shared/wire/tools.ts";

export function addModelTool(server: McpServer, api: OwnApi): void {
  server.registerTool(
    "list_models",
    {
      title: "List models",
      description: "The models that this caller's sessions and keys can use, with their sizes, limits and prices.",
      outputSchema: toolModelsSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () =>
      sayingRefusals(async () => {
        const { data } = await answered<{ data: Model[] }>(await api("/v1/models"));
        const structuredContent = toolModelsSchema.parse({ models: data });
        return { content: [{ type: "text", text: data.map(lineOf).join("\n") }], structuredContent };
      }),
  );
}

const lineOf = ({ id, ratios, resolutions, max_count, max_inputs }: Model): string =>
  `${id}: ${resolutions.join(", ")}; ${ratios.join(", ")}; at most ${max_count} images a task and ${max_inputs} reference images`;
