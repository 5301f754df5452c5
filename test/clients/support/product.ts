/**
 * The whole product for the tests of clients: both Workers from their wrangler files and the simulator, over real HTTP.
 */

import { createHash } from "node:crypto";
import { simulatorState } from "#test/integration/support/caller.ts";
import { startRuntime, startSimulator, temporaryFolder } from "#test/integration/support/processes.ts";
import type { JobState } from "#test/simulator/state.ts";

export type Product = {
  url: string;
  simulatorUrl: string;
  /** The upstream's jobs with exactly this prompt. */
  jobsFor: (prompt: string) => Promise<JobState[]>;
  stop: () => Promise<void>;
};

/** A job of 14 s takes less than one second. */
const defaultSpeed = 20;

/** Of the administrator. */
export const adminKey = "adm-test-0123456789abcdef0123456789abcdef";

/** @param speed simulated seconds per real second. */
export async function startProduct(speed = defaultSpeed): Promise<Product> {
  const state = temporaryFolder();
  const simulator = await startSimulator(speed);
  try {
    const settings = { ADMIN_KEY_HASH: createHash("sha256").update(adminKey).digest("hex") };
    const api = await startRuntime({ state: state.path, upstream: simulator.url, settings });
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

/** A session for one test, so that no test waits for the slots of another. */
export const sessionOf = (name: string, site: "us" | "cn" = "us"): string =>
  site === "cn" ? `demo-cn-${name}` : `us-demo-us-${name}`;
