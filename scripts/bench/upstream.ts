/** The simulated Dreamina of a bench. One process serves every run; it forgets everything between them. */
import { startSimulator } from "#scripts/start/simulator.ts";
import { endShareOfForecast } from "./limits.ts";
import type { Workload } from "./workloads.ts";

export type Upstream = {
  origin: string;
  /** Forgets all jobs and accounts, and takes the workload's job lengths. */
  prepare(workload: Workload): Promise<void>;
  state(): Promise<UpstreamState>;
};

export type UpstreamState = {
  /** `endedAtMs`: Unix milliseconds of the end of a job; null while it runs. */
  jobs: { prompt: string; endedAtMs: number | null }[];
  /** Number of calls by endpoint. */
  calls: Record<string, number>;
};

export async function startUpstream(root: string): Promise<Upstream> {
  const { origin } = await startSimulator(root, null);
  const control = async (name: string, init?: RequestInit) => {
    const answer = await fetch(`${origin}/_sim/${name}`, init);
    if (!answer.ok) throw new Error(`The simulator refuses ${name}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    origin,
    async prepare({ jobSeconds: [shortest, longest] }) {
      await control("reset", { method: "POST" });
      const settings = {
        durationSeconds: shortest,
        durationSpreadSeconds: longest - shortest,
        forecastSeconds: (shortest + longest) / 2 / endShareOfForecast,
        ...generous,
      };
      await control("settings", { method: "POST", body: JSON.stringify(settings) });
    },
    state: async () => (await control("state")) as UpstreamState,
  };
}

/** No account runs out of credits, and images are drawn quickly. */
const generous = { defaultCredits: 1_000_000, pictureDots: 64 };
