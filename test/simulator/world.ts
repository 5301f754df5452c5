// Everything the simulator remembers, in one place, given to each endpoint. Holds the parts together;
// decides nothing.

import { type Accounts, createAccounts } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import type { Settings } from "./settings.ts";

export type World = {
  clock: Clock;
  settings: Settings;
  accounts: Accounts;
  jobs: Jobs;
  faults: Faults;
  /** Calls that arrived, by endpoint name. */
  calls: Record<string, number>;
  /** `<scenario>:<id>` of the once-only troubles that already happened. */
  happened: Set<string>;
};

export function createWorld(clock: Clock, settings: Settings): World {
  const world: World = {
    clock,
    settings: { ...settings },
    accounts: createAccounts(() => world.settings),
    jobs: createJobs(clock, () => world.settings),
    faults: createFaults(),
    calls: {},
    happened: new Set(),
  };
  return world;
}

/** True the first time only. */
export function happensNow(world: World, what: string): boolean {
  if (world.happened.has(what)) return false;
  world.happened.add(what);
  return true;
}
