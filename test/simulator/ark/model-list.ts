// GET /api/v3/models: the models of a cloud, most of them not for images, with those that are off.

import { type Answer, json, withHeaders } from "#test/simulator/answer.ts";
import type { World } from "#test/simulator/world.ts";
import { type ArkCloud, arkClouds } from "./clouds.ts";
import { readArkKey, refusalAt } from "./keys.ts";
import { listedModels } from "./models.ts";
import { arkRefused } from "./refusals.ts";
import { newRequestId } from "./request-id.ts";

type Entry = { id: string; status?: string; domain: string; task_type: string[] };

/** Models of other kinds, as examples. */
const others: Entry[] = [
  { id: "seed-1-6-250615", domain: "VLM", task_type: ["TextGeneration", "VisualQuestionAnswering"] },
  { id: "seed-1-6-embedding-250328", status: "Shutdown", domain: "Embedding", task_type: ["TextEmbedding"] },
  { id: "seedance-1-0-pro-250528", status: "Retiring", domain: "VideoGeneration", task_type: ["TextToVideo"] },
];

export function arkModels(world: World, { cloud, request }: { cloud: ArkCloud; request: Request }): Answer {
  const requestId = newRequestId(world.clock.realMs());
  const account = readArkKey(request.headers.get("authorization"), cloud);
  if (!account.ok) return arkRefused(account.refusal, requestId);
  const refusal = refusalAt("key", account.value);
  if (refusal) return arkRefused(refusal, requestId);
  const pictures = listedModels(cloud).map(
    ({ id, state }): Entry => ({
      id,
      ...(state !== "live" && { status: state }),
      domain: "ImageGeneration",
      task_type: ["TextToImage", "ImageToImage"],
    }),
  );
  const start = cloud === arkClouds[0] ? "doubao-" : "";
  const rest = others.map((entry) => ({ ...entry, id: start + entry.id }));
  const data = [...rest, ...pictures].map((entry) => ({ object: "model", ...entry }));
  return withHeaders(json({ object: "list", data }), { "x-request-id": requestId });
}
