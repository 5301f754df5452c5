// The jobs the simulator was asked to run: starting them (and taking the credits), finding them by
// either id, and settling what a failed or partly failed one cost. Never starts a timer: everything
// that happened since the last call is computed at the next call.

import { createHash } from "node:crypto";
import { type Account, credit, debit } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import { type Failure, type Moment, momentOf, type Plan, status } from "./life.ts";
import type { Model, Size } from "./models.ts";
import type { PictureTrouble } from "./scenarios.ts";
import type { Settings } from "./settings.ts";
import type { Upload } from "./uploads.ts";

export type Job = {
  historyId: string;
  submitId: string;
  account: Account;
  prompt: string;
  model: Model;
  ratioCode: number;
  size: Size;
  resolution: string;
  draftContent: string;
  /** The submit's whole body; a continue has to repeat it. */
  body: string;
  /** The pictures it starts from, in their order; none: text to image. */
  inputs: Upload[];
  plan: Plan;
  forecastSeconds: number;
  createdMs: number;
  createdRealMs: number;
  /** Image uris by index; the names under which the pictures are served. */
  imageUris: string[];
  pictureTroubles: readonly PictureTrouble[];
  oddStatus: boolean;
  creditsPerImage: number;
  chargedCredits: number;
  refundedCredits: number;
  isSettled: boolean;
  polls: number;
  /** Answers that showed the finished record; the stale-links scenario needs it. */
  finishedPolls: number;
};

export type Order = Pick<
  Job,
  | "submitId"
  | "account"
  | "prompt"
  | "model"
  | "ratioCode"
  | "size"
  | "resolution"
  | "draftContent"
  | "body"
  | "inputs"
  | "plan"
  | "pictureTroubles"
  | "oddStatus"
>;

export type Jobs = {
  start(order: Order): Job;
  byHistoryId(id: string): Job | undefined;
  /** The newest, when a submit id was used more than once. */
  bySubmitId(id: string): Job | undefined;
  byImageUri(uri: string): { job: Job; index: number } | undefined;
  runningOf(account: Account): number;
  /** False when the job is over already. */
  cancel(job: Job): boolean;
  /** Makes the next pictures of a stalled job, and takes their credits; false when it is not stalled. */
  proceed(job: Job): boolean;
  /** From now on its record says deleted. */
  remove(job: Job): void;
  momentOf(job: Job): Moment;
  isVisible(job: Job): boolean;
  /** Gives back what finished jobs did not deserve; call it before looking at balances. */
  settle(): void;
  all(): Job[];
  clear(): void;
};

const msPerSecond = 1000;
/** One of this many jobs is answered with 42 instead of 20, as the real one sometimes does. */
const startsGeneratingEvery = 4;

/** @param remembered oldest first, as `all` tells them. */
export function createJobs(clock: Clock, settings: () => Settings, remembered: readonly Job[] = []): Jobs {
  const byHistoryId = new Map<string, Job>();
  const newestBySubmitId = new Map<string, Job>();
  const byImageUri = new Map<string, { job: Job; index: number }>();
  const open = new Set<Job>();
  let lastHistoryId = 0;
  for (const job of remembered) enter(job);

  const elapsedSeconds = (job: Job) => (clock.nowMs() - job.createdMs) / msPerSecond;
  const moment = (job: Job) => momentOf(job.plan, elapsedSeconds(job));

  function settle(): void {
    for (const job of open) {
      const now = moment(job);
      if (!now.isOver) continue;
      open.delete(job);
      job.isSettled = true;
      job.refundedCredits = refundOf(job, now);
      credit(job.account, movement(job, job.refundedCredits, "Refund"), clock, settings());
    }
  }

  function enter(job: Job): void {
    lastHistoryId = Number(job.historyId);
    byHistoryId.set(job.historyId, job);
    newestBySubmitId.set(job.submitId, job);
    job.imageUris.forEach((uri, index) => {
      byImageUri.set(uri, { job, index });
    });
    if (!job.isSettled) open.add(job);
  }

  function runningOf(account: Account): number {
    settle();
    return [...open].filter((job) => job.account === account && !moment(job).isStalled).length;
  }

  function start(order: Order): Job {
    // 13 digits like the real ones, and never twice even across restarts.
    const historyId = String(Math.max(lastHistoryId + 1, Math.floor(clock.realMs())));
    const { plannedImages } = order.plan;
    const startsGenerating = (byHistoryId.size + 1) % startsGeneratingEvery === 0;
    const job: Job = {
      ...order,
      plan: { ...order.plan, startsGenerating },
      historyId,
      forecastSeconds: settings().forecastSeconds,
      createdMs: clock.nowMs(),
      createdRealMs: clock.realMs(),
      imageUris: Array.from({ length: plannedImages }, (_, index) => hex(`${historyId}/${index}`)),
      creditsPerImage: settings().creditsPerImage,
      chargedCredits: 0,
      refundedCredits: 0,
      isSettled: false,
      polls: 0,
      finishedPolls: 0,
    };
    enter(job);
    charge(job, Math.min(plannedImages, order.plan.imagesPerStage));
    const { account } = job;
    account.maxConcurrent = Math.max(account.maxConcurrent, runningOf(account));
    return job;
  }

  function charge(job: Job, images: number): void {
    const amount = images * job.creditsPerImage;
    job.chargedCredits += amount;
    debit(job.account, movement(job, amount, "Image generation"), clock, settings());
  }

  return {
    start,
    byHistoryId: (id) => byHistoryId.get(id),
    bySubmitId: (id) => newestBySubmitId.get(id),
    byImageUri: (uri) => byImageUri.get(uri),
    runningOf,
    cancel(job) {
      const now = moment(job);
      if (now.isOver) return false;
      job.plan = { ...job.plan, failure: cancelledAt(elapsedSeconds(job), now) };
      settle();
      return true;
    },
    proceed(job) {
      const { isStalled, images } = moment(job);
      if (!isStalled) return false;
      const { plan } = job;
      charge(job, Math.min(plan.imagesPerStage, plan.plannedImages - images));
      job.plan = { ...plan, continuedAtSeconds: [...plan.continuedAtSeconds, elapsedSeconds(job)] };
      return true;
    },
    remove(job) {
      job.plan = { ...job.plan, deletedAfterSeconds: elapsedSeconds(job) };
      settle();
    },
    momentOf: moment,
    isVisible: (job) => elapsedSeconds(job) >= job.plan.visibleAfterSeconds,
    settle,
    all: () => [...byHistoryId.values()],
    clear() {
      byHistoryId.clear();
      newestBySubmitId.clear();
      byImageUri.clear();
      open.clear();
    },
  };
}

/** What a stalled job has made stays and stays paid; of a running one nothing does. */
function cancelledAt(seconds: number, { isStalled, images }: Moment): Failure {
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

/** Failed and deleted jobs are free; of a partly failed one only what was delivered is paid. */
function refundOf(job: Job, ended: Moment): number {
  const isPaid = ended.status === status.success || ended.failure?.isPaid;
  return job.chargedCredits - (isPaid ? ended.images * job.creditsPerImage : 0);
}

function movement({ historyId, submitId }: Job, amount: number, title: string) {
  return { amount, title, historyId, submitId };
}

function hex(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
