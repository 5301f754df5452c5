/** Builders for the upstream client, and recorded answers. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { RegionId } from "#shared/region-ids.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { ImageJob } from "#shared/upstreams/dreamina/draft.ts";
import { findModel, models } from "#shared/upstreams/dreamina/models.ts";
import type { Transport } from "#shared/upstreams/dreamina/request.ts";
import { credentialOf, type Session } from "#shared/upstreams/dreamina/session.ts";
import { defaultUpstreamConfig } from "#shared/upstreams/dreamina/upstream-config.ts";
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

/** A session of a region, as every upstream's credential. */
export const aCredential = (region: RegionId): Credential => credentialOf(aSession({ region }));

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
