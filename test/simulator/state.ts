// What the simulator remembers, as plain data for tests and for GET /_sim/state. Sessions appear here
// as they are: they are the simulator's own.

import { balanceOf } from "./accounts.ts";
import type { Fault } from "./faults.ts";
import type { Cluster } from "./region.ts";
import type { SessionScenario } from "./scenarios.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

export type AccountState = {
  session: string;
  cluster: Cluster;
  credits: number;
  concurrency: number;
  scenario: SessionScenario | null;
  running: number;
  maxConcurrent: number;
};

export type JobState = {
  submitId: string;
  historyId: string;
  session: string;
  cluster: Cluster;
  prompt: string;
  model: string;
  width: number;
  height: number;
  status: number;
  taskStatus: number;
  plannedImages: number;
  /** Pictures with a link at this moment. */
  images: number;
  charged: number;
  refunded: number;
  polls: number;
};

export type State = {
  clock: { nowMs: number; speed: number };
  settings: Settings;
  accounts: AccountState[];
  jobs: JobState[];
  calls: Record<string, number>;
  faults: Fault[];
};

export function stateOf(world: World): State {
  world.jobs.settle();
  return {
    clock: { nowMs: world.clock.nowMs(), speed: world.clock.speed() },
    settings: { ...world.settings },
    accounts: world.accounts.all().map((account) => ({
      session: account.session,
      cluster: account.cluster,
      credits: balanceOf(account),
      concurrency: account.concurrency,
      scenario: account.scenario ?? null,
      running: world.jobs.runningOf(account),
      maxConcurrent: account.maxConcurrent,
    })),
    jobs: world.jobs.all().map((job) => {
      const moment = world.jobs.momentOf(job);
      return {
        submitId: job.submitId,
        historyId: job.historyId,
        session: job.account.session,
        cluster: job.account.cluster,
        prompt: job.prompt,
        model: job.model.key,
        width: job.size.width,
        height: job.size.height,
        status: moment.status,
        taskStatus: moment.taskStatus,
        plannedImages: job.plan.plannedImages,
        images: moment.images,
        charged: job.chargedCredits,
        refunded: job.refundedCredits,
        polls: job.polls,
      };
    }),
    calls: { ...world.calls },
    faults: world.faults.waiting(),
  };
}
