// The simulator's state as plain data, for tests and GET /_sim/state. Includes session values, which are not secret
// here.

import { balanceOf, expireGift } from "./accounts.ts";
import { type ArkState, arkStateOf } from "./ark/state.ts";
import type { Fault } from "./faults.ts";
import type { Job } from "./job.ts";
import type { Snapshot } from "./life.ts";
import type { Cluster } from "./region.ts";
import type { SessionScenario } from "./session-words.ts";
import type { Settings } from "./settings.ts";
import type { Upload } from "./uploads.ts";
import type { World } from "./world.ts";

const msPerSecond = 1000;

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
  /** Images with a link now. */
  images: number;
  charged: number;
  refunded: number;
  polls: number;
  isStalled: boolean;
  /** Real Unix milliseconds of its end at the present speed; null while it runs or the clock stands. */
  endedAtMs: number | null;
  /** Number of continues. */
  continues: number;
  /** Reference images in order. */
  inputs: UploadState[];
};

export type UploadState = {
  uri: string;
  session: string;
  cluster: Cluster;
  step: "announced" | "stored" | "committed";
  announcedBytes: number;
  /** Length and checksums of the stored bytes; null before. */
  bytes: number | null;
  crc32: string | null;
  md5: string | null;
  sha256: string | null;
  /** Null when the bytes are not an image. */
  format: string | null;
  width: number | null;
  height: number | null;
};

export type State = {
  clock: { nowMs: number; speed: number };
  settings: Settings;
  accounts: AccountState[];
  jobs: JobState[];
  uploads: UploadState[];
  ark: ArkState;
  calls: Record<string, number>;
  faults: Fault[];
};

export function stateOf(world: World): State {
  world.jobs.settle();
  for (const account of world.accounts.all()) expireGift(account, world.clock);
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
      const snapshot = world.jobs.snapshotOf(job);
      return {
        submitId: job.submitId,
        historyId: job.historyId,
        session: job.account.session,
        cluster: job.account.cluster,
        prompt: job.prompt,
        model: job.model.key,
        width: job.size.width,
        height: job.size.height,
        status: snapshot.status,
        taskStatus: snapshot.taskStatus,
        plannedImages: job.plan.plannedImages,
        images: snapshot.images,
        charged: job.chargedCredits,
        refunded: job.refundedCredits,
        polls: job.polls,
        isStalled: snapshot.isStalled,
        endedAtMs: endedAtMs(job, snapshot, world.clock.speed()),
        continues: job.plan.continuedAtSeconds.length,
        inputs: job.inputs.map(uploadState),
      };
    }),
    uploads: world.uploads.all().map(uploadState),
    ark: arkStateOf(world),
    calls: { ...world.calls },
    faults: world.faults.waiting(),
  };
}

function endedAtMs({ createdRealMs }: Job, { endedAfterSeconds }: Snapshot, speed: number): number | null {
  if (endedAfterSeconds === undefined || speed === 0) return null;
  return Math.round(createdRealMs + (endedAfterSeconds * msPerSecond) / speed);
}

function uploadState({ uri, session, cluster, announcedBytes, stored, isCommitted }: Upload): UploadState {
  const step = isCommitted ? "committed" : stored ? "stored" : "announced";
  return {
    uri,
    session,
    cluster,
    step,
    announcedBytes,
    bytes: stored?.bytes ?? null,
    crc32: stored?.crc32 ?? null,
    md5: stored?.md5 ?? null,
    sha256: stored?.sha256 ?? null,
    format: stored?.head?.format ?? null,
    width: stored?.head?.width ?? null,
    height: stored?.head?.height ?? null,
  };
}
