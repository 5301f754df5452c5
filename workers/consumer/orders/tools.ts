/** What an invocation of the consumer needs to carry out orders. */
import pLimit, { type LimitFunction } from "p-limit";
import { copiesAtOnce, smallCopiesAtOnce } from "#consumer/limits.ts";
import { consumerConfig } from "#shared/config.ts";
import { type Seal, sealFor } from "#shared/seal.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { type Connection, parseCredential, type UpstreamClients, upstreamClients } from "#shared/upstreams/index.ts";

export type Tools = {
  upstreams: UpstreamClients;
  images: R2Bucket;
  inputs: R2Bucket;
  paidCalls: ConsumerEnv["PAID_CALLS"];
  seal: Seal;
  /** Unix milliseconds. */
  now: () => number;
  /** Outgoing calls left for this invocation; an order of eight images fits into the smallest setting. */
  calls: { left: number };
  /** Runs the copies of a task when its turn has come. */
  copies: LimitFunction;
  /** Runs the copies of small versions. No report waits for them; the invocation ends when they are done. */
  smallCopies: LimitFunction;
  /** Those that were begun. They never reject. */
  begunSmallCopies: Promise<void>[];
};

/** @throws when a setting is invalid. */
export async function toolsFrom(env: ConsumerEnv): Promise<Tools> {
  const config = consumerConfig(env);
  return {
    upstreams: upstreamClients({
      fetch: (request) => fetch(request),
      now: Date.now,
      origin: config.UPSTREAM_ORIGIN,
      overrides: config.UPSTREAM_OVERRIDES,
      fixedLength: (readable, bytes) => readable.pipeThrough(new FixedLengthStream(bytes)),
    }),
    images: env.IMAGES,
    inputs: env.INPUTS,
    paidCalls: env.PAID_CALLS,
    seal: await sealFor(config),
    now: Date.now,
    calls: { left: config.CALLS_PER_INVOCATION },
    copies: pLimit(copiesAtOnce),
    smallCopies: pLimit(smallCopiesAtOnce),
    begunSmallCopies: [],
  };
}

/** The upstream, ready for calls with this credential. @throws when the sealed text is none of its credentials. */
export async function connect(
  { upstream, tag, sealed }: SealedSession,
  { seal, upstreams }: Tools,
): Promise<Connection> {
  const credential = parseCredential(upstream, await seal.open(sealed, `session:${tag}`));
  if (credential === null) throw new Error(`the sealed credential is none of ${upstream}`);
  return upstreams[upstream].connect(credential);
}
