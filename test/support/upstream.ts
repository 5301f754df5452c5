/** Builders for the upstream client, and recorded answers. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ImageJob } from "#shared/upstream/draft.ts";
import { findModel, models } from "#shared/upstream/models.ts";
import type { Transport } from "#shared/upstream/request.ts";
import type { Session } from "#shared/upstream/session.ts";
import { defaultUpstreamConfig } from "#shared/upstream/upstream-config.ts";
import { start } from "./task.ts";

const fixtures = path.join(import.meta.dirname, "../fixtures/upstream");

/** A recorded answer from test/fixtures/upstream, without the note on its source. */
export function fixture(name: string): Record<string, unknown> {
  const { from, ...rest } = JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), "utf8"));
  if (typeof from !== "string" || from === "") throw new Error(`fixture ${name} has no note on its source`);
  return rest;
}

export const aSession = (bend: Partial<Session> = {}): Session => ({
  region: "sg",
  sessionId: "0123456789abcdef0123456789abcdef",
  ...bend,
});

export function aJob(bend: Partial<ImageJob> = {}): ImageJob {
  const model = findModel(models, "dreamina-4.5");
  if (model === null) throw new Error("no default model");
  return {
    submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
    createdAt: start,
    model,
    prompt: "a red fox",
    negativePrompt: "",
    ratio: "16:9",
    resolution: "2k",
    sampleStrength: 0.5,
    intelligentRatio: false,
    count: null,
    seed: 1_234_567_890,
    inputs: [],
    ...bend,
  };
}

/** A transport that gives each call this answer, and keeps the requests. */
export function aTransport(answer: (request: Request) => Response | Promise<Response>, bend: Partial<Transport> = {}) {
  const requests: Request[] = [];
  const transport: Transport = {
    fetch: async (request) => {
      requests.push(request);
      return answer(request);
    },
    now: () => start,
    origin: undefined,
    config: defaultUpstreamConfig,
    ...bend,
  };
  return { transport, requests };
}
