/**
 * The whole product for a suite of clients: both Workers from their wrangler files, and the simulator as the upstream,
 * over real HTTP.
 */

import { simulatorState } from "#test/integration/support/caller.ts";
import { startRuntime, startSimulator, temporaryFolder } from "#test/integration/support/processes.ts";
import type { JobState } from "#test/simulator/state.ts";

export type Product = {
  url: string;
  simulatorUrl: string;
  /** The upstream's jobs for this very prompt. */
  jobsFor: (prompt: string) => Promise<JobState[]>;
  stop: () => Promise<void>;
};

/** A job of 14 s is done after less than one. */
const usualSpeed = 20;

/** @param speed simulated seconds per real second. */
export async function startProduct(speed = usualSpeed): Promise<Product> {
  const state = temporaryFolder();
  const simulator = await startSimulator(speed);
  try {
    const api = await startRuntime({ state: state.path, upstream: simulator.url });
    return {
      ...productAt({ url: api.url, simulatorUrl: simulator.url }),
      async stop() {
        await api.stop();
        await simulator.stop();
        state.remove();
      },
    };
  } catch (error) {
    await simulator.stop();
    state.remove();
    throw error;
  }
}

export const productAt = ({ url, simulatorUrl }: Pick<Product, "url" | "simulatorUrl">) => ({
  url,
  simulatorUrl,
  jobsFor: async (prompt: string) =>
    (await simulatorState(simulatorUrl)).jobs.filter((job) => job.prompt.replaceAll("#", "").trim() === prompt),
});

/** A session of its own, so that no test waits for another's slots. */
export const sessionOf = (name: string, site: "us" | "cn" = "us"): string =>
  site === "cn" ? `demo-cn-${name}` : `us-demo-us-${name}`;
