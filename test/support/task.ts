/**
 * Builders for the pure core: one valid object of each kind, which a test changes. Every call returns a
 * new object. Times are relative to `start`.
 */
import type { NewTask } from "#shared/task/coordinator.ts";
import type { Command, Failure, Observation, RemoteImage } from "#shared/task/events.ts";
import type { StagedInput, Upload } from "#shared/task/inputs.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Input } from "#shared/task/machine/rules.ts";
import type { MadeImage } from "#shared/task/made-image.ts";
import type { PaidCall } from "#shared/task/paid-call.ts";
import type { PaidRequest } from "#shared/task/paid-request.ts";
import { type Phase, type Task, type TaskIn, taskIn } from "#shared/task/phases.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import { type Row, rowOf } from "#shared/task/row.ts";
import type { StoredImage, TaskRecord } from "#shared/task/task-record.ts";

/** 2026-11-22 12:00 UTC, in Unix milliseconds. */
export const start = Date.UTC(2026, 10, 22, 12);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export const aRequest = (bend: Partial<TaskRequest> = {}): TaskRequest => ({
  model: "dreamina-4.5",
  prompt: "a red fox",
  negativePrompt: "",
  ratio: "1:1",
  resolution: "2k",
  sampleStrength: 0.5,
  intelligentRatio: false,
  asked: null,
  count: null,
  seed: 2_512_345_678,
  upstream: "dreamina",
  paid: null,
  ...bend,
});

/** A request that paid calls make, one for each image. */
export const aPaidRequest = (calls = 1, bend: Partial<PaidRequest> = {}): TaskRequest =>
  aRequest({
    upstream: "ark",
    model: "seedream-5.0-flash",
    count: calls,
    asked: calls,
    paid: {
      calls,
      imagesPerCall: 1,
      size: "2048x2048",
      watermark: false,
      outputFormat: null,
      sendsSeed: false,
      ...bend,
    },
  });

export const aPaidCall = (bend: Partial<PaidCall> = {}): PaidCall => ({
  state: "sent",
  attempt: 1,
  at: start + 360_000,
  error: null,
  ...bend,
});

export const aMadeImage = (index: number, bend: Partial<MadeImage> = {}): MadeImage => ({
  index,
  ...aRemoteImage(index),
  copyAt: start,
  copyAttempts: 0,
  giveUpAt: start + 2 * hourMs,
  ...bend,
});

export const aStoredImage = (index: number, bend: Partial<StoredImage> = {}): StoredImage => ({
  index,
  key: `imgtask_aaaaaaaaaaaaaaaaaaaaa/${index}`,
  source: `tos/image-${index}`,
  width: 2048,
  height: 2048,
  bytes: 2_900_000,
  contentType: "image/png",
  ...bend,
});

export const aRemoteImage = (index: number, bend: Partial<RemoteImage> = {}): RemoteImage => ({
  source: `tos/image-${index}`,
  url: `https://images.example.com/${index}?x-expires=1`,
  width: 2048,
  height: 2048,
  ...bend,
});

export const aStagedInput = (index: number, bend: Partial<StagedInput> = {}): StagedInput => ({
  key: `imgtask_aaaaaaaaaaaaaaaaaaaaa/${index}`,
  bytes: 1000 + index,
  contentType: "image/png",
  crc32: "cbf43926",
  ...bend,
});

export const anUpload = (index: number, bend: Partial<Upload> = {}): Upload => ({
  index,
  uri: `tos-alisg-i-wopfjsm1ax-sg/${index}`,
  width: 640,
  height: 480,
  format: "png",
  ...bend,
});

export const aFailure = (bend: Partial<Failure> = {}): Failure => ({
  verdict: "again",
  error: { code: "upstream_failed", message: "Dreamina failed to make the image." },
  retryAfterSeconds: null,
  ...bend,
});

export const expired = () =>
  aFailure({ verdict: "session", error: { code: "session_expired", message: "The session is not accepted." } });
export const moderated = () =>
  aFailure({ verdict: "refused", error: { code: "prompt_moderated", message: "The prompt was refused." } });
export const full = () => aFailure({ verdict: "full", error: { code: "rate_limited", message: "Too many jobs run." } });
export const busy = () =>
  aFailure({ verdict: "again", error: { code: "rate_limited", message: "Too many jobs at once." } });
export const unreachable = () =>
  aFailure({ verdict: "again", error: { code: "upstream_unreachable", message: "Dreamina did not answer." } });

export const lostCall = () =>
  aFailure({ verdict: "refused", error: { code: "outcome_unknown", message: "The answer was lost." } });

/** The fields that differ from a new parked task, in each phase: the values of the usual way to it. */
const inPhase: Record<Phase, object> = {
  parked: {},
  ready: { session: "tag-a", step: 1, version: 2, wakeAt: start },
  uploading: {
    session: "tag-a",
    step: 1,
    version: 3,
    wakeAt: start + 180_000,
    leaseUntil: start + 180_000,
    inputs: [aStagedInput(0), aStagedInput(1)],
    uploadingSince: start,
  },
  dispatched: {
    session: "tag-a",
    step: 1,
    version: 3,
    wakeAt: start + 360_000,
    leaseUntil: start + 360_000,
    request: aPaidRequest(),
    calls: [aPaidCall()],
    made: [],
  },
  submitting: { session: "tag-a", step: 1, version: 3, wakeAt: start + 45_000, leaseUntil: start + 45_000 },
  running: {
    session: "tag-a",
    step: 2,
    version: 4,
    wakeAt: start + 12_000,
    historyId: "7897100000001",
    acceptedAt: start,
    forecastSeconds: 23,
    planned: 4,
    progress: 5,
  },
  storing: {
    session: "tag-a",
    step: 3,
    version: 5,
    wakeAt: start + 150_000,
    leaseUntil: start + 150_000,
    historyId: "7897100000001",
    acceptedAt: start,
    forecastSeconds: 23,
    planned: 4,
    expected: 4,
    progress: 90,
  },
  completed: {
    session: "tag-a",
    step: 3,
    version: 6,
    historyId: "7897100000001",
    acceptedAt: start,
    forecastSeconds: 23,
    planned: 4,
    expected: 4,
    images: [0, 1, 2, 3].map((index) => aStoredImage(index)),
    progress: 100,
    endedAt: start,
    deletedImages: [],
    deletedAt: null,
  },
  failed: {
    session: "tag-a",
    step: 2,
    version: 5,
    error: { code: "prompt_moderated", message: "The prompt was refused." },
    endedAt: start,
    deletedImages: [],
    deletedAt: null,
  },
  cancelled: {
    version: 2,
    error: { code: "cancelled", message: "The task was cancelled." },
    endedAt: start,
    deletedImages: [],
    deletedAt: null,
  },
};

/** A task that came into its phase at `start`. */
export const aTask = <P extends Phase>(phase: P, bend: Partial<TaskIn<P>> = {}): TaskIn<P> =>
  taskIn(phase, { ...aRow(phase), ...bend } as unknown as TaskIn<P>);

/** Every field of a row, as it is stored. */
const aRow = (phase: Phase): Row =>
  rowOf({
    id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
    owner: "owner-1",
    submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
    request: aRequest(),
    sealedRequest: null,
    inputs: [],
    contents: "contents-1",
    uploads: [],
    uploadsOf: null,
    tags: ["tag-a", "tag-b"],
    candidates: ["tag-a", "tag-b"],
    createdAt: start,
    updatedAt: start,
    expiresAt: start + 30 * 24 * hourMs,
    phase,
    phaseSince: start,
    version: 1,
    step: 0,
    progress: 0,
    ...inPhase[phase],
  } as unknown as Task);

export const aRecord = (bend: Partial<TaskRecord> = {}): TaskRecord => ({
  v: 1,
  id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
  owner: "owner-1",
  tags: ["tag-a", "tag-b"],
  submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
  model: "dreamina-4.5",
  status: "pending",
  progress: 0,
  images: [],
  partial: false,
  error: null,
  createdAt: start,
  updatedAt: start,
  expiresAt: start + 30 * 24 * hourMs,
  endedAt: null,
  ...bend,
});

export const aNewTask = (bend: Partial<NewTask> = {}): NewTask => ({
  id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
  owner: "owner-1",
  submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
  request: aRequest(),
  inputs: [],
  contents: "contents-1",
  resendsRefused: false,
  tags: ["tag-a", "tag-b"],
  sessions: [{ upstream: "dreamina", tag: "tag-a", sealed: "v1.aaaa.bbbb", label: "hk-…c3f9" }],
  expiresAt: start + 30 * 24 * hourMs,
  idempotency: null,
  ...bend,
});

export const aPolicy = (bend: Partial<Policy> = {}): Policy => ({
  maxWaitMs: 24 * hourMs,
  timeoutMs: 30 * minuteMs,
  storeTimeoutMs: 30 * minuteMs,
  recoverPolls: 5,
  maxResubmits: 3,
  maxUnanswered: 20,
  emptyPolls: 8,
  submitAttempts: 3,
  uploadAttempts: 8,
  callDeadlineSeconds: 300,
  paidCopyMs: 2 * hourMs,
  stalledMs: 20_000,
  maxContinues: 3,
  continueLeaseSeconds: 45,
  sessionAttempts: 5,
  storeAttempts: 12,
  storeLeaseSeconds: 100,
  paceSeconds: 1,
  ...bend,
});

type ByKind<Union extends { kind: string }> = { [Kind in Union["kind"]]: Extract<Union, { kind: Kind }> };

/** One of each observation. A new kind does not compile until it is listed. */
export const observations = (): ByKind<Observation> => ({
  uploaded: { kind: "uploaded", upload: anUpload(0) },
  notUploaded: { kind: "notUploaded", failure: unreachable() },
  accepted: { kind: "accepted", historyId: "7897100000001", forecastSeconds: 23, planned: null },
  made: { kind: "made", call: 0, attempt: 1, images: [{ index: 0, image: aRemoteImage(0) }] },
  notMade: { kind: "notMade", call: 0, attempt: 1, failure: moderated() },
  answered: { kind: "answered", call: 0, attempt: 1 },
  callRefused: { kind: "callRefused", call: 0, attempt: 1, failure: moderated() },
  callLost: { kind: "callLost", call: 0, attempt: 1, failure: lostCall() },
  refused: { kind: "refused", failure: moderated() },
  unsure: { kind: "unsure", failure: unreachable() },
  absent: { kind: "absent" },
  generating: {
    kind: "generating",
    historyId: "7897100000001",
    forecastSeconds: 23,
    planned: 4,
    images: [],
    fullBatches: 0,
    queuePosition: null,
  },
  generated: {
    kind: "generated",
    historyId: "7897100000001",
    planned: 4,
    finished: 4,
    failure: null,
    images: [0, 1, 2, 3].map((index) => aRemoteImage(index)),
  },
  failed: { kind: "failed", failure: moderated() },
  unavailable: { kind: "unavailable", failure: unreachable() },
  continued: { kind: "continued" },
  notContinued: { kind: "notContinued", answered: false, failure: unreachable() },
  cancelAsked: { kind: "cancelAsked" },
  stored: { kind: "stored", images: [0, 1, 2, 3].map((index) => aStoredImage(index)), missing: 0, blockedBy: null },
  unsent: { kind: "unsent", order: "poll" },
  abandoned: { kind: "abandoned" },
  silent: { kind: "silent" },
});

/** One of each command. */
export const commands = (): ByKind<Command> => ({
  assigned: { kind: "assigned", session: "tag-b" },
  unplaceable: { kind: "unplaceable", error: { code: "insufficient_credits", message: "No credits." } },
  begun: { kind: "begun", leaseSeconds: 45 },
  cancelled: { kind: "cancelled" },
});

export const inputs = (): ByKind<Input> => ({ ...observations(), ...commands() });
