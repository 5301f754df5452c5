/** The upstream client against a simulator whose clock moves by hand. */
import { randomUUID } from "node:crypto";
import type { RegionId } from "#shared/region-ids.ts";
import type { ImageJob } from "#shared/upstreams/dreamina/draft.ts";
import type { JobState } from "#shared/upstreams/dreamina/history.ts";
import { createUpstream, defaultUpstreamConfig, findModel, type Model, type Session } from "#shared/upstreams/index.ts";
import { createSimulator, type SimulatorOptions } from "#test/simulator/app.ts";
import { start } from "./task.ts";
import { aJob } from "./upstream.ts";

const demoOf = { cn: "demo-cn", us: "demo-us", hk: "demo-sg", jp: "demo-sg", sg: "demo-sg" } as const;

/** @param words scenarios of the account, see the simulator's README. */
export const demo = (region: RegionId, words = ""): Session => ({
  region,
  sessionId: words === "" ? demoOf[region] : `${demoOf[region]}-${words}`,
});

export const aFreshJob = (bend: Partial<ImageJob> = {}): ImageJob => aJob({ submitId: randomUUID(), ...bend });

export function modelNamed(id: string): Model {
  const model = findModel(defaultUpstreamConfig.models, id);
  if (model === null) throw new Error(`no model ${id}`);
  return model;
}

export function setUpstreamStage(options: SimulatorOptions = {}, origin?: string) {
  const simulator = createSimulator({ speed: 0, now: () => start, pictureDots: 32, ...options });
  const upstream = createUpstream({
    fetch: (request) => simulator.fetch(request),
    now: () => start,
    origin,
    config: defaultUpstreamConfig,
  });
  const pass = (advanceSeconds: number) => simulator.moveClock({ advanceSeconds });

  /** Null: the upstream does not know the job. */
  async function poll(session: Session, submitId: string): Promise<JobState | null> {
    const answer = await upstream.poll(session, [{ submitId, asked: null }]);
    if (!answer.ok) throw new Error(answer.error.text);
    const one = answer.value.get(submitId);
    if (one === undefined) return null;
    if (!one.ok) throw new Error(one.error.text);
    return one.value;
  }
  return { simulator, upstream, pass, poll };
}
