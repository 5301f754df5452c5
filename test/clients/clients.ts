/**
 * Tables of the programs that use this API: name, version, source, request, reading of the answer. A new client is a
 * new row here or in one of the imported files; clients that submit and poll are in `task-clients.ts`.
 */
import * as z from "zod";
import type { Answer, ImageClient, ListClient } from "./client.ts";
import { editingClients } from "./editing-clients.ts";
import { generatingClients } from "./generating-clients.ts";
import { libraryClients } from "./library-clients.ts";
import { of200, ofSuccess } from "./readings.ts";
import { get, nodeSdk, pythonSdk } from "./requests.ts";
import { workflowClients } from "./workflow-clients.ts";

export const imageClients: ImageClient[] = [
  ...generatingClients,
  ...editingClients,
  ...workflowClients,
  ...libraryClients,
];

const listed = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });

/** OpenAI's complete shape. */
const modelPage = z.object({
  object: z.literal("list"),
  data: z.array(
    z.object({ id: z.string(), object: z.literal("model"), created: z.int().positive(), owned_by: z.string() }),
  ),
});

const idsIn = (answer: Answer) => ofSuccess(answer, listed).data.map(({ id }) => id);

export const listClients: ListClient[] = [
  {
    name: "openai-python, models.list",
    version: "08b8179",
    seenIn: ["openai/openai-python src/openai/resources/models.py"],
    base: "/v1",
    request: (key) => get("/models", key, pythonSdk),
    models: (answer) => ofSuccess(answer, modelPage).data.map(({ id }) => id),
  },
  {
    name: "Cherry Studio, the provider's models",
    version: "146393a",
    seenIn: ["CherryHQ/cherry-studio src/renderer/src/aiCore/legacy/clients/openai/OpenAIBaseClient.ts"],
    base: "/openai/v1",
    request: (key) => get("/models", key, nodeSdk),
    models: (answer) => idsIn(answer).map((id) => id.trim()),
  },
  {
    name: "new-api, the channel's models",
    version: "01dc8d6",
    seenIn: ["QuantumNous/new-api controller/channel.go"],
    base: "",
    request: (key) => get("/v1/models", key),
    models: (answer) => of200(answer, listed).data.map(({ id }) => id),
  },
  {
    name: "a client whose base URL has no /v1",
    version: "any",
    seenIn: ["this project docs/openai-clients.md"],
    base: "",
    request: (key) => get("/models", key),
    models: idsIn,
  },
  {
    name: "a client whose base URL has /v1 twice",
    version: "any",
    seenIn: ["langgenius/dify-official-plugins tools/openai/tools/gpt_image_generate.py"],
    base: "/v1/v1",
    request: (key) => get("/models", key),
    models: idsIn,
  },
  {
    name: "a client that lists models before it has a key",
    version: "any",
    seenIn: ["this project docs/api.md"],
    base: "/v1",
    request: () => ({ method: "GET", path: "/models", headers: {} }),
    models: idsIn,
  },
];
