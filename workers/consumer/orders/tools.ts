/** What an invocation of the consumer needs to carry out orders. */
import pLimit, { type LimitFunction } from "p-limit";
import { copiesAtOnce } from "#consumer/limits.ts";
import { consumerConfig } from "#shared/config.ts";
import { type Seal, sealFor } from "#shared/seal.ts";
import { createUpstream, type Upstream, type UpstreamConfig, upstreamConfigFrom } from "#shared/upstream/index.ts";

export type Tools = {
  upstream: Upstream;
  upstreamConfig: UpstreamConfig;
  images: R2Bucket;
  inputs: R2Bucket;
  seal: Seal;
  /** Unix milliseconds. */
  now: () => number;
  /** Outgoing calls left for this invocation; an order of eight images fits into the smallest setting. */
  calls: { left: number };
  /** Runs the copies of a task when its turn has come. */
  copies: LimitFunction;
};

/** @throws when a setting is invalid. */
export async function toolsFrom(env: ConsumerEnv): Promise<Tools> {
  const config = consumerConfig(env);
  const upstreamConfig = upstreamConfigFrom(config.UPSTREAM_OVERRIDES);
  return {
    upstream: createUpstream({
      fetch: (request) => fetch(request),
      now: Date.now,
      origin: config.UPSTREAM_ORIGIN,
      config: upstreamConfig,
    }),
    upstreamConfig,
    images: env.IMAGES,
    inputs: env.INPUTS,
    seal: await sealFor(config),
    now: Date.now,
    calls: { left: config.CALLS_PER_INVOCATION },
    copies: pLimit(copiesAtOnce),
  };
}
