/**
 * A task: its phase, and the facts of this phase, so that impossible states do not compile. Each phase is a zod schema;
 * facts that were added later have defaults. Pure.
 */
import * as z from "zod";
import { taskErrorSchema } from "#shared/errors.ts";
import { stagedInputSchema, uploadSchema } from "./inputs.ts";
import { madeImageSchema } from "./made-image.ts";
import { paidCallSchema } from "./paid-call.ts";
import { taskRequestSchema } from "./request.ts";
import { sealedRequestSchema, storedImageSchema } from "./task-record.ts";

export const phases = [
  "parked", // waits for a free slot on a session
  "ready", // has its slot; a wake-up to submit it is on its way
  "uploading", // its reference images are being uploaded; nothing is submitted yet
  "dispatched", // its paid calls were handed out, and each is sent at most once; images are copied as they arrive
  "submitting", // a consumer has the order to submit; the reply is not known yet
  "running", // the upstream accepted the job
  "storing", // the upstream is done; images are still being copied
  "completed",
  "failed",
  "cancelled",
] as const;
export type Phase = (typeof phases)[number];

const lookFailureKinds = [
  "absent", // a poll did not find the job
  "blind", // a poll or an upload got no answer
  "session", // a poll was refused because of the session
  "empty", // the job is done and lists no images, or fewer than it counts
  "upload", // the upstream refused a reference image
] as const;
export type LookFailure = (typeof lookFailureKinds)[number];

/** Facts of every task. All moments are Unix milliseconds. */
const common = {
  id: z.string(),
  /** Names its coordinator. */
  owner: z.string(),
  /** UUID of the submit; polls find the job by it, also after a lost reply. */
  submitId: z.string(),
  /** Without its prompts once the task has ended. */
  request: taskRequestSchema,
  /** The request as its caller wrote it, for the task's readers; null: it is not kept. */
  sealedRequest: sealedRequestSchema.nullable().default(null),
  /** Reference images, in the order of the request; empty for text to image. */
  inputs: z.array(stagedInputSchema).default([]),
  /** The inputs that are uploaded for the present session. */
  uploads: z.array(uploadSchema).default([]),
  /** Tag of the session that uploaded them. */
  uploadsOf: z.string().nullable().default(null),
  /** Tag of prompt and reference images, under which a refusal is remembered. Null in tasks of earlier versions. */
  contents: z.string().nullable().default(null),
  /** Tags of the sessions the caller sent: who may read it. */
  tags: z.array(z.string()),
  /** Tags of those that have the model: who may run it. */
  candidates: z.array(z.string()),
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  phaseSince: z.number(),
  /** Grows with every change a caller can see. */
  version: z.int(),
  /** Number of the latest wake-up sent; older wake-ups are dropped. */
  step: z.int(),
  /** 0 … 100; never falls. */
  progress: z.int(),
};

/** Facts of a task that has not ended. */
const live = {
  /** Unanswered wake-ups in a row. */
  unanswered: z.int(),
  /** The latest error that was not overcome yet. */
  blockedBy: taskErrorSchema.nullable().default(null),
};

/** Refusals of the submit, or of a request for more, for a temporary reason other than a full session. */
const refusals = z.int().default(0);

/** Facts of a task that the upstream has not accepted. */
const unaccepted = {
  /** Tags of sessions that cannot be used for it. */
  excludedSessions: z.array(z.string()),
  refusals,
  /** Submits sent again because an earlier one was lost and not found. */
  resubmits: z.int().default(0),
};

/** Facts of a task that has a session. */
const placed = {
  /** Tag of the session that runs it. */
  session: z.string(),
  /** When the latest wake-up is to be delivered. */
  wakeAt: z.number(),
  /** Orders in a row that were begun and never reported. */
  unreported: z.int().default(0),
  /**
   * The latest reports without progress: their kind, and how many in a row. Null after progress, and for unknown kinds.
   */
  lookFailures: z
    .object({ kind: z.enum(lookFailureKinds), count: z.int() })
    .nullable()
    .catch(null)
    .default(null),
};

/** Facts of a task that a consumer may work on. */
const leased = {
  /** Until when a consumer may work on an order of this task; null: none does. */
  leaseUntil: z.number().nullable(),
};

/** Since when it is unknown whether the upstream has the job. */
const submitUnconfirmedSince = z.number().nullable();

/** `wanted`: the caller cancelled it; `asked`: the upstream was told, too. */
const cancel = z.enum(["wanted", "asked"]).nullable().default(null);

const images = z.array(storedImageSchema);

/** Facts of a task that the upstream accepted. */
const accepted = {
  historyId: z.string().nullable(),
  acceptedAt: z.number(),
  /** The upstream's forecast for the whole job. */
  forecastSeconds: z.number().nullable(),
  /** Images the upstream says it will make. */
  planned: z.int().nullable(),
  images,
  /** Since when polls show only images that are stored already; null before the first image, and after a new one. */
  stalledSince: z.number().nullable().default(null),
  /** Requests for the images beyond the first batch. */
  continues: z.int().default(0),
  cancel,
};

/** Facts of a task that ended: those of its job, if it had one, and the moment. */
const ended = {
  session: z.string().nullable(),
  historyId: z.string().nullable(),
  acceptedAt: z.number().nullable(),
  images,
  cancel,
  endedAt: z.number(),
  /** Places of images that were deleted, ascending. */
  deletedImages: z.array(z.int()).default([]),
  /** When the task was deleted: no caller sees it any more; its row keeps the idempotency key. */
  deletedAt: z.number().nullable().default(null),
};

const parkedSchema = z.object({ phase: z.literal("parked"), ...common, ...live, ...unaccepted });
const readySchema = z.object({
  phase: z.literal("ready"),
  ...common,
  ...live,
  ...unaccepted,
  ...placed,
  submitUnconfirmedSince,
  /** Since when the present image is uploaded; null when none is. */
  uploadingSince: z.number().nullable().default(null),
});
const uploadingSchema = z.object({
  phase: z.literal("uploading"),
  ...common,
  ...live,
  ...unaccepted,
  ...placed,
  ...leased,
  uploadingSince: z.number(),
});
const submittingSchema = z.object({
  phase: z.literal("submitting"),
  ...common,
  ...live,
  ...unaccepted,
  ...placed,
  ...leased,
  submitUnconfirmedSince,
  /** The upstream can be told only once it has accepted the job. */
  cancel: z.literal("wanted").nullable().default(null),
});
const dispatchedSchema = z.object({
  phase: z.literal("dispatched"),
  ...common,
  ...live,
  ...unaccepted,
  ...placed,
  ...leased,
  calls: z.array(paidCallSchema),
  made: z.array(madeImageSchema),
  images,
  /** Calls in the air cannot be taken back: their images are delivered. */
  cancel: z.literal("wanted").nullable().default(null),
});
const runningSchema = z.object({
  phase: z.literal("running"),
  ...common,
  ...live,
  ...placed,
  ...leased,
  ...accepted,
  refusals,
  /** Position in the upstream's own queue; null when it waits in none. */
  queuePosition: z.int().nullable().default(null),
});
const storingSchema = z.object({
  phase: z.literal("storing"),
  ...common,
  ...live,
  ...placed,
  ...leased,
  ...accepted,
  /** Images that exist. */
  expected: z.int(),
  /** Rounds of copying since the upstream was done. */
  copyAttempts: z.int(),
});
const completedSchema = z.object({
  phase: z.literal("completed"),
  ...common,
  ...ended,
  partial: z.boolean(),
  /** Why images are missing, where that is known. */
  partialReason: taskErrorSchema.nullable().default(null),
});
const failedSchema = z.object({ phase: z.literal("failed"), ...common, ...ended, error: taskErrorSchema });
const cancelledSchema = z.object({ phase: z.literal("cancelled"), ...common, ...ended, error: taskErrorSchema });

export const phaseSchemas = {
  parked: parkedSchema,
  ready: readySchema,
  uploading: uploadingSchema,
  dispatched: dispatchedSchema,
  submitting: submittingSchema,
  running: runningSchema,
  storing: storingSchema,
  completed: completedSchema,
  failed: failedSchema,
  cancelled: cancelledSchema,
} satisfies Record<Phase, z.ZodObject>;

export interface Parked extends z.infer<typeof parkedSchema> {}
export interface Ready extends z.infer<typeof readySchema> {}
export interface Uploading extends z.infer<typeof uploadingSchema> {}
export interface Dispatched extends z.infer<typeof dispatchedSchema> {}
export interface Submitting extends z.infer<typeof submittingSchema> {}
export interface Running extends z.infer<typeof runningSchema> {}
export interface Storing extends z.infer<typeof storingSchema> {}
export interface Completed extends z.infer<typeof completedSchema> {}
export interface Failed extends z.infer<typeof failedSchema> {}
export interface Cancelled extends z.infer<typeof cancelledSchema> {}

export type TaskIn<P extends Phase> = {
  parked: Parked;
  ready: Ready;
  uploading: Uploading;
  dispatched: Dispatched;
  submitting: Submitting;
  running: Running;
  storing: Storing;
  completed: Completed;
  failed: Failed;
  cancelled: Cancelled;
}[P];
/** A task that a consumer may work on. */
export type Leased = Uploading | Dispatched | Submitting | Running | Storing;
/** A task that has not ended. */
export type Live = Parked | Ready | Leased;
/** A task that never changes again. */
export type Ended = Completed | Failed | Cancelled;
/** A task: its phase, and the facts of this phase. */
export type Task = Live | Ended;

const namesByPhase = Object.fromEntries(
  Object.entries(phaseSchemas).map(([phase, { shape }]) => [phase, Object.keys(shape)]),
);

/** The task of a phase, from its facts; the others are left out. */
export function taskIn<P extends Phase>(phase: P, facts: TaskIn<P>): TaskIn<P> {
  const all = facts as unknown as Record<string, unknown>;
  return Object.fromEntries((namesByPhase[phase] ?? []).map((name) => [name, all[name]])) as TaskIn<P>;
}

export const isTerminal = <T extends Pick<Task, "phase">>(task: T): task is Extract<T, Pick<Ended, "phase">> =>
  task.phase === "completed" || task.phase === "failed" || task.phase === "cancelled";

export const isDeleted = (task: Task): boolean => isTerminal(task) && task.deletedAt !== null;

/**
 * Slots of its session that the task holds: one from the assignment until the upstream is done; of paid calls one for
 * each that is in the air, and one until all are settled.
 */
export function slotsHeld(task: Task): number {
  switch (task.phase) {
    case "ready":
    case "uploading":
    case "submitting":
    case "running":
      return 1;
    case "dispatched":
      return Math.max(callsInTheAir(task), task.calls.some(({ state }) => state === "waiting") ? 1 : 0);
    case "parked":
    case "storing":
    case "completed":
    case "failed":
    case "cancelled":
      return 0;
  }
}

export const callsInTheAir = ({ calls }: Pick<Dispatched, "calls">): number =>
  calls.filter(({ state }) => state === "sent").length;
