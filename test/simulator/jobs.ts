// Runs the simulated jobs: starts them, charges their credits, refunds what failed. No timers: each call first applies
// everything that has happened since the last one.

import { createHash } from "node:crypto";
import { type Account, credit, debit } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import type { Job, NewJob } from "./job.ts";
import { createJobIndex, type JobIndex } from "./job-index.ts";
import { type Failure, type Snapshot, snapshotOf, status } from "./life.ts";
import type { Settings } from "./settings.ts";

export type Jobs = Pick<JobIndex, "byHistoryId" | "bySubmitId" | "byImageUri" | "all" | "clear"> & {
  start(order: NewJob): Job;
  runningOf(account: Account): number;
  /** False when the job has ended already. */
  cancel(job: Job): boolean;
  /** Starts and charges the next images of a stalled job; false when it is not stalled. */
  continueJob(job: Job): boolean;
  /** The record of the job has status "deleted" from now on. */
  remove(job: Job): void;
  snapshotOf(job: Job): Snapshot;
  isVisible(job: Job): boolean;
  /** Refunds jobs that ended without all their images; call it before reading balances. */
  settle(): void;
};

const msPerSecond = 1000;
/** Every fourth submit is answered with 42 instead of 20, as the upstream sometimes does. */
const startsGeneratingEvery = 4;

/** @param remembered oldest first, as `all` returns them. */
export function createJobs(clock: Clock, settings: () => Settings, remembered: readonly Job[] = []): Jobs {
  const index = createJobIndex(remembered);
  const { byHistoryId, bySubmitId, byImageUri, all, clear } = index;
  const elapsedSeconds = (job: Job) => (clock.nowMs() - job.createdMs) / msPerSecond;
  const snapshot = (job: Job) => snapshotOf(job.plan, elapsedSeconds(job));

  function settle(): void {
    for (const job of index.open()) {
      const now = snapshot(job);
      if (!now.isTerminal) continue;
      index.close(job);
      job.isSettled = true;
      job.refundedCredits = refundOf(job, now);
      credit(job.account, movement(job, job.refundedCredits, "Refund"), clock, settings());
    }
  }

  function runningOf(account: Account): number {
    settle();
    return index.open().filter((job) => job.account === account && !snapshot(job).isStalled).length;
  }

  return {
    ...{ byHistoryId, bySubmitId, byImageUri, all, clear, runningOf, settle },
    start(order) {
      const startsGenerating = (index.size() + 1) % startsGeneratingEvery === 0;
      const historyId = index.nextHistoryId(clock.realMs());
      const plan = { ...order.plan, startsGenerating };
      const job = jobOf({ ...order, plan }, historyId, clock, settings());
      index.add(job);
      charge(job, Math.min(plan.plannedImages, plan.imagesPerStage), clock, settings());
      const { account } = job;
      account.maxConcurrent = Math.max(account.maxConcurrent, runningOf(account));
      return job;
    },
    cancel(job) {
      const now = snapshot(job);
      if (now.isTerminal) return false;
      job.plan = { ...job.plan, failure: cancelledAt(elapsedSeconds(job), now) };
      settle();
      return true;
    },
    continueJob(job) {
      const { isStalled, images } = snapshot(job);
      if (!isStalled) return false;
      const { plan } = job;
      charge(job, Math.min(plan.imagesPerStage, plan.plannedImages - images), clock, settings());
      job.plan = { ...plan, continuedAtSeconds: [...plan.continuedAtSeconds, elapsedSeconds(job)] };
      return true;
    },
    remove(job) {
      job.plan = { ...job.plan, deletedAfterSeconds: elapsedSeconds(job) };
      settle();
    },
    snapshotOf: snapshot,
    isVisible: (job) => elapsedSeconds(job) >= job.plan.visibleAfterSeconds,
  };
}

function jobOf(order: NewJob, historyId: string, clock: Clock, settings: Settings): Job {
  return {
    ...order,
    historyId,
    forecastSeconds: settings.forecastSeconds,
    createdMs: clock.nowMs(),
    createdRealMs: clock.realMs(),
    imageUris: Array.from({ length: order.plan.plannedImages }, (_, index) => hex(`${historyId}/${index}`)),
    creditsPerImage: settings.creditsPerImage,
    chargedCredits: 0,
    refundedCredits: 0,
    isSettled: false,
    polls: 0,
    finishedPolls: 0,
  };
}

function charge(job: Job, images: number, clock: Clock, settings: Settings): void {
  const amount = images * job.creditsPerImage;
  job.chargedCredits += amount;
  debit(job.account, movement(job, amount, "Image generation"), clock, settings);
}

/** A stalled job keeps and has paid its images; a running one keeps none. */
function cancelledAt(seconds: number, { isStalled, images }: Snapshot): Failure {
  return {
    at: { seconds },
    taskStatus: status.failed,
    failCode: "",
    failKey: "",
    failMessage: "You cancelled this generation. Your credits were returned.",
    failMsg: "",
    images: isStalled ? images : 0,
    isPaid: isStalled,
  };
}

/** Failed and deleted jobs cost nothing; a partial one costs the images it delivered. */
function refundOf(job: Job, end: Snapshot): number {
  const isPaid = end.status === status.success || end.failure?.isPaid;
  return job.chargedCredits - (isPaid ? end.images * job.creditsPerImage : 0);
}

function movement({ historyId, submitId }: Job, amount: number, title: string) {
  return { amount, title, historyId, submitId };
}

function hex(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
