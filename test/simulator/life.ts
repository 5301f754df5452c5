// The state of a job at a given time. Pure: takes the plan made at submit and the seconds since then. Status numbers as
// the upstream's front end names them (bundle of 2026-09).

export const status = {
  preCheckReject: 10,
  submitted: 20,
  failed: 30,
  postCheckReject: 40,
  generating: 42,
  finishing: 45,
  success: 50,
  deleted: 100,
  /** Unknown to every client; for `sim:unknown-status` and the fault of that name. */
  unknown: 77,
} as const;

export type Failure = {
  /** `end`: when the job would otherwise finish. */
  at: { seconds: number } | "end";
  /** Status of the inner task; the record's own status is 30 for every failure. */
  taskStatus: number;
  failCode: string;
  failKey: string;
  failMessage: string;
  failMsg: string;
  /** Number of images in the failed record. */
  images: number;
  /** True when those images are charged. */
  isPaid?: boolean;
};

export type Plan = {
  /** Excludes the time in the queue. */
  durationSeconds: number;
  queueSeconds: number;
  visibleAfterSeconds: number;
  plannedImages: number;
  /** `total_image_count` of the record. */
  statedTotal: number;
  deliveredImages: number;
  /** The job stalls after each this many images until a continue. */
  imagesPerStage: number;
  /** Times of the continues, in seconds after submit. */
  continuedAtSeconds: readonly number[];
  /** Status of the record while the job is stalled. */
  stalledStatus: number;
  failure: Failure | undefined;
  deletedAfterSeconds: number | undefined;
  endless: boolean;
  /** All images are made, but the record never gets a final status. */
  standsStill: boolean;
  /** The submit's answer has status 42 instead of 20. */
  startsGenerating: boolean;
};

export type Snapshot = {
  status: number;
  taskStatus: number;
  /** Number of images in the record, the first ones of the job. */
  images: number;
  /** `total_image_count` of the record; zero until generation starts. */
  total: number;
  queue: { state: "waiting" | "generating" | "over"; ahead: number; length: number };
  queueSecondsLeft: number;
  failure: Failure | undefined;
  isStalled: boolean;
  isTerminal: boolean;
  /** Seconds after submit; undefined until the job is terminal. */
  endedAfterSeconds: number | undefined;
};

/** Shares of the duration, after CN image jobs of 2026-01: 42 at +1 s, 45 at +4 s of 14 s. */
const generatingFrom = 0.07;
const finishingFrom = 0.3;
const firstImageFrom = 0.6;

/** The queue serves about two jobs a second. */
const servedPerSecond = 2;
const queueLengthBehind = 25;

export function snapshotOf(plan: Plan, elapsedSeconds: number): Snapshot {
  const stage = stageAt(plan, elapsedSeconds);
  const { failure } = plan;
  // A planned failure happens in the first stage.
  const failSeconds = failure?.at === "end" ? firstEnd(plan) : failure?.at.seconds;

  if (plan.deletedAfterSeconds !== undefined && elapsedSeconds >= plan.deletedAfterSeconds)
    return ended(plan, status.deleted, plan.deletedAfterSeconds);
  if (failSeconds !== undefined && elapsedSeconds >= failSeconds) return ended(plan, status.failed, failSeconds);
  if (elapsedSeconds < plan.queueSeconds) return waiting(plan, elapsedSeconds);
  const runningSeconds = elapsedSeconds - stage.startsAt;
  if (plan.endless || runningSeconds < plan.durationSeconds) return running(plan, stage, runningSeconds);
  if (stage.until >= plan.deliveredImages && !plan.standsStill)
    return ended(plan, status.success, stage.startsAt + plan.durationSeconds);
  return stalled(plan, stage);
}

/** A stage makes the images from index `from` up to, without, `until`. */
type Stage = { startsAt: number; from: number; until: number };

function stageAt(plan: Plan, elapsedSeconds: number): Stage {
  const continued = plan.continuedAtSeconds.filter((seconds) => seconds <= elapsedSeconds);
  const made = (stages: number) => Math.min(plan.deliveredImages, stages * plan.imagesPerStage);
  return {
    startsAt: continued.at(-1) ?? plan.queueSeconds,
    // Not a multiplication: imagesPerStage may be infinite, and 0 * Infinity is NaN.
    from: continued.length === 0 ? 0 : made(continued.length),
    until: made(continued.length + 1),
  };
}

function firstEnd(plan: Plan): number {
  return plan.endless ? Number.POSITIVE_INFINITY : plan.queueSeconds + plan.durationSeconds;
}

function stalled(plan: Plan, { until }: Stage): Snapshot {
  return { ...started(plan.stalledStatus), total: plan.statedTotal, images: until, isStalled: true };
}

function ended(plan: Plan, outer: number, endedAfterSeconds: number): Snapshot {
  const failure = outer === status.failed ? plan.failure : undefined;
  const images = outer === status.success ? plan.deliveredImages : failure?.images;
  return {
    status: outer,
    taskStatus: failure?.taskStatus ?? outer,
    images: images ?? 0,
    total: plan.statedTotal,
    queue: { state: "over", ahead: 0, length: 0 },
    queueSecondsLeft: 0,
    failure,
    isStalled: false,
    isTerminal: true,
    endedAfterSeconds,
  };
}

function waiting(plan: Plan, elapsedSeconds: number): Snapshot {
  const queueSecondsLeft = plan.queueSeconds - elapsedSeconds;
  const ahead = Math.ceil(queueSecondsLeft * servedPerSecond);
  return {
    ...started(status.submitted),
    queue: { state: "waiting", ahead, length: ahead + queueLengthBehind },
    queueSecondsLeft,
  };
}

function running(plan: Plan, stage: Stage, runningSeconds: number): Snapshot {
  const share = runningSeconds / plan.durationSeconds;
  const isFirst = stage.from === 0;
  if (isFirst && share < generatingFrom && !plan.startsGenerating) return started(status.submitted);
  const total = plan.statedTotal;
  if (share < finishingFrom) return { ...started(status.generating), total, images: stage.from };
  return { ...started(status.finishing), total, images: imagesAt(plan, stage, share) };
}

function started(code: number): Snapshot {
  return {
    status: code,
    taskStatus: code,
    images: 0,
    total: 0,
    queue: { state: "generating", ahead: 0, length: 0 },
    queueSecondsLeft: 0,
    failure: undefined,
    isStalled: false,
    isTerminal: false,
    endedAfterSeconds: undefined,
  };
}

/** Images appear one by one: of four, at 60, 70, 80 and 90 % of the time. A job that will fail shows none. */
function imagesAt(plan: Plan, { from, until }: Stage, share: number): number {
  if (plan.failure || plan.endless || share < firstImageFrom || from === until) return from;
  const step = (1 - firstImageFrom) / (until - from);
  // Rounding errors must not delay an image that is due exactly now.
  const tolerance = 1e-9;
  const shown = from + Math.floor((share - firstImageFrom) / step + tolerance) + 1;
  return Math.min(until, shown);
}
