// The whole state of a simulator; each endpoint receives it. No logic.

import { type Account, type Accounts, createAccounts } from "./accounts.ts";
import { type ArkCall, type ArkLedger, createArkLedger } from "./ark/ledger.ts";
import { type Clock, type ClockMemory, createClock } from "./clock.ts";
import { createFaults, type Faults } from "./faults.ts";
import type { Job } from "./job.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { createLruCache, type LruCache } from "./lru-cache.ts";
import type { Settings } from "./settings.ts";
import { createUploads, type Upload, type Uploads } from "./uploads.ts";
import { createWaits, type Waits } from "./waits.ts";

export type World = {
  clock: Clock;
  settings: Settings;
  accounts: Accounts;
  jobs: Jobs;
  uploads: Uploads;
  ark: ArkLedger;
  waits: Waits;
  faults: Faults;
  /** Calls that arrived, by endpoint name. */
  calls: Record<string, number>;
  /** `<scenario>:<id>` of each once-only scenario that has happened. */
  happened: Set<string>;
  /** Recently drawn images, so that a repeated fetch returns the same bytes without drawing again. */
  drawn: LruCache<Promise<Uint8Array<ArrayBuffer>>>;
  /** Saves the state now, for changes before or after an answer. */
  keep(): void;
};

const maxDrawnImages = 64;

/**
 * The state that is saved, which the upstream would keep too. Settings, faults, speed and counters belong to the test
 * and start again. Jobs refer to accounts and uploads; a copy must keep these references.
 */
export type Memory = {
  clock: ClockMemory;
  accounts: Account[];
  jobs: Job[];
  uploads: Upload[];
  arkCalls: ArkCall[];
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
    ark: createArkLedger(clock.nowMs, memory?.arkCalls),
    waits: createWaits(clock),
    faults: createFaults(),
    calls: {},
    happened: new Set(memory?.happened),
    drawn: createLruCache(maxDrawnImages),
    keep: () => {},
  };
  return world;
}

export function memoryOf({ clock, accounts, jobs, uploads, ark, happened }: World): Memory {
  return {
    clock: clock.memory(),
    accounts: accounts.all(),
    jobs: jobs.all(),
    uploads: uploads.all(),
    arkCalls: ark.all(),
    happened,
  };
}

/** True on the first call with this key. */
export function isFirstTime(world: World, key: string): boolean {
  if (world.happened.has(key)) return false;
  world.happened.add(key);
  return true;
}
