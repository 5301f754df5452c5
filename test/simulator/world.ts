// Everything the simulator remembers, in one place, given to each endpoint. Holds the parts together;
// decides nothing.

import { type Account, type Accounts, createAccounts } from "./accounts.ts";
import { type Clock, type ClockMemory, createClock } from "./clock.ts";
import { createFaults, type Faults } from "./faults.ts";
import type { Job } from "./job.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { createLruCache, type LruCache } from "./lru-cache.ts";
import type { Settings } from "./settings.ts";
import { createUploads, type Upload, type Uploads } from "./uploads.ts";

export type World = {
  clock: Clock;
  settings: Settings;
  accounts: Accounts;
  jobs: Jobs;
  uploads: Uploads;
  faults: Faults;
  /** Calls that arrived, by endpoint name. */
  calls: Record<string, number>;
  /** `<scenario>:<id>` of the once-only troubles that already happened. */
  happened: Set<string>;
  /** Pictures drawn lately, by what they show: a fetch that comes again gets the same bytes without a new drawing. */
  drawn: LruCache<Promise<Uint8Array<ArrayBuffer>>>;
};

const maxDrawnImages = 64;

/**
 * What outlives the process: what the real upstream would not forget. Settings, faults, speed and counters are the
 * tester's and start again. Jobs and accounts refer to each other; a copy has to keep that.
 */
export type Memory = {
  clock: ClockMemory;
  accounts: Account[];
  jobs: Job[];
  uploads: Upload[];
  happened: Set<string>;
};

export function createWorld(start: { speed: number; now: () => number }, settings: Settings, memory?: Memory): World {
  const clock = createClock(start, memory?.clock);
  const world: World = {
    clock,
    settings: { ...settings },
    accounts: createAccounts(clock, () => world.settings, memory?.accounts),
    jobs: createJobs(clock, () => world.settings, memory?.jobs),
    uploads: createUploads(memory?.uploads),
    faults: createFaults(),
    calls: {},
    happened: new Set(memory?.happened),
    drawn: createLruCache(maxDrawnImages),
  };
  return world;
}

export function memoryOf({ clock, accounts, jobs, uploads, happened }: World): Memory {
  return {
    clock: clock.memory(),
    accounts: accounts.all(),
    jobs: jobs.all(),
    uploads: uploads.all(),
    happened,
  };
}

/** True the first time only. */
export function isFirstTime(world: World, what: string): boolean {
  if (world.happened.has(what)) return false;
  world.happened.add(what);
  return true;
}
