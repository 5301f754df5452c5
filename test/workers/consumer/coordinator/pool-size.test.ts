/** What a submit costs with many credentials in the pool. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sealCredential } from "#api/caller/caller.ts";
import { sealFor } from "#shared/seal.ts";
import { type NewCredential, registryOf } from "#shared/task/registry.ts";
import { formatCredential } from "#shared/upstreams/index.ts";
import { aNamedKey, generate } from "#test/workers/support/admin.ts";
import { rowsRead } from "#test/workers/support/rows-read.ts";
import { aSession, type Stage, setStage } from "#test/workers/support/stage.ts";

/** Without the check of each, which asks the site. */
async function fillPool(count: number): Promise<void> {
  const seal = await sealFor(env);
  const credentials = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<NewCredential> => {
      const credential = { upstream: "dreamina" as const, place: "sg", secret: aSession().slice("sg-".length) };
      const tag = await seal.tag("session", formatCredential(credential));
      const rest = { place: "sg", name: "", weight: 1, isPaused: false };
      return { ...(await sealCredential({ credential, tag }, seal)), id: `cred_${index}`, ...rest };
    }),
  );
  await registryOf(env.REGISTRY).addCredentials(credentials, false);
}

/** Rows read for each of some submits, with what follows of each until its job is submitted. */
async function costsWith(stage: Stage, count: number): Promise<number[]> {
  await fillPool(count);
  const { key } = await aNamedKey({ limits: { images_per_day: 1_000 } });
  // The first one after a start reads the members, once.
  await generate(key);
  await stage.queue.deliver();
  const costs: number[] = [];
  for (const prompt of ["a", "b", "c", "d"]) {
    costs.push(
      await rowsRead(async () => {
        expect((await generate(key, { prompt })).status).toBe(200);
        await stage.queue.deliver();
      }),
    );
  }
  return costs;
}

it.each([10, 1_000])(
  "with %d credentials in the pool, a submit reads as many rows as with any other number",
  async (count) => {
    const stage = setStage();
    const costs = await costsWith(stage, count);

    expect(stage.jobs()).toHaveLength(5);
    expect(costs).toEqual([50, 50, 50, 50]);
  },
);
