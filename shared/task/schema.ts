/**
 * The task: its request, its state and its images so far. Every stored shape is a zod schema here; fields that were
 * added later have defaults, so that rows and records of earlier versions still parse. Pure.
 */
import * as z from "zod";
import { taskErrorSchema } from "#shared/errors.ts";

/** The request, checked, with every default filled in. */
export const taskRequestSchema = z.object({
  /** Public model id, e.g. `dreamina-4.5`. */
  model: z.string(),
  prompt: z.string(),
  negativePrompt: z.string(),
  ratio: z.string(),
  resolution: z.string(),
  /** 0 … 1, how far the model may go from its starting point. */
  sampleStrength: z.number(),
  /** The model picks the ratio from the prompt. */
  intelligentRatio: z.boolean(),
  /** Images the caller wants; null: the model's own number (usually 4). */
  count: z.int().nullable(),
  /**
   * Images requested of the upstream: the number that is sent, else the model's own. Null where the prompt may ask for
   * another number, and in tasks of earlier versions.
   */
  asked: z.int().nullable().default(null),
  /** Drawn at creation unless the caller named one: a repeated submit has the same seed. */
  seed: z.int(),
});
export type TaskRequest = z.infer<typeof taskRequestSchema>;

/** Images requested of the upstream; null: unknown. Tasks of earlier versions have only the caller's number. */
export const askedOf = ({ asked, count }: Pick<TaskRequest, "asked" | "count">): number | null => asked ?? count;

/** A reference image the caller sent, in the INPUTS bucket until the task ends. */
const stagedInputSchema = z.object({
  /** Key in the INPUTS bucket. */
  key: z.string(),
  bytes: z.int(),
  /** By its first bytes, e.g. `image/png`. */
  contentType: z.string(),
  /** CRC-32 (IEEE), 8 lower-case hex digits: the upstream wants it before the bytes. */
  crc32: z.string(),
});
export type StagedInput = z.infer<typeof stagedInputSchema>;

/** A reference image as the upstream has it. */
const uploadSchema = z.object({
  /** Position among the task's inputs, from 0. */
  index: z.int(),
  uri: z.string(),
  /** Pixels and format as the upstream read them; 0 and empty when it did not send them. */
  width: z.int(),
  height: z.int(),
  format: z.string(),
});
export type Upload = z.infer<typeof uploadSchema>;

/** An image in the IMAGES bucket. */
const storedImageSchema = z.object({
  /** Position among the task's images, from 0. */
  index: z.int(),
  /** Key in the IMAGES bucket; links are made from it when they are shown. */
  key: z.string(),
  /** The upstream's name for the image, the same in every poll. */
  source: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  contentType: z.string(),
});
export type StoredImage = z.infer<typeof storedImageSchema>;

export const phases = [
  "parked", // waits for a free slot on a session
  "ready", // has its slot; a wake-up to submit it is on its way
  "uploading", // its reference images are being uploaded; nothing is submitted yet
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

/** Fields by the names under which earlier versions stored them. */
export const earlierNames = {
  tried: "excludedSessions",
  unsureSince: "submitUnconfirmedSince",
  setback: "lookFailures",
  copyTries: "copyAttempts",
  trouble: "blockedBy",
} as const;

function withPresentNames(row: unknown): unknown {
  if (typeof row !== "object" || row === null) return row;
  const names: Record<string, string> = earlierNames;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? name, value]));
}

const taskFields = z.object({
  id: z.string(),
  /** Names its coordinator. */
  owner: z.string(),
  /** UUID of the submit; polls find the job by it, also after a lost reply. */
  submitId: z.string(),
  request: taskRequestSchema,
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
  phase: z.enum(phases),
  phaseSince: z.number(),
  /** Grows with every change a caller can see. */
  version: z.int(),
  /** Number of the latest wake-up sent; older wake-ups are dropped. */
  step: z.int(),
  /** When the latest wake-up is to be delivered; null when none is expected. */
  wakeAt: z.number().nullable(),
  /** Unanswered wake-ups in a row. */
  unanswered: z.int(),
  /** A consumer may work on an order of this task until then. */
  leaseUntil: z.number().nullable(),
  /** Tag of the session that runs it. */
  session: z.string().nullable(),
  /** Tags of sessions that cannot be used for it. */
  excludedSessions: z.array(z.string()),
  historyId: z.string().nullable(),
  acceptedAt: z.number().nullable(),
  /** Since when it is unknown whether the upstream has the job. */
  submitUnconfirmedSince: z.number().nullable(),
  /** The upstream's forecast for the whole job. */
  forecastSeconds: z.number().nullable(),
  /** Images the upstream says it will make. */
  planned: z.int().nullable(),
  /** Images that exist, once the upstream is done. */
  expected: z.int().nullable(),
  images: z.array(storedImageSchema),
  /**
   * The latest reports without progress: their kind, and how many in a row. Null after progress, and for unknown kinds.
   */
  lookFailures: z
    .object({ kind: z.enum(lookFailureKinds), count: z.int() })
    .nullable()
    .catch(null)
    .default(null),
  /** Position in the upstream's own queue; null when it waits in none. */
  queuePosition: z.int().nullable().default(null),
  /** Since when the present image is uploaded; null when none is. */
  uploadingSince: z.number().nullable().default(null),
  /** Since when polls show only images that are stored already; null before the first image, and after a new one. */
  stalledSince: z.number().nullable().default(null),
  /** Requests for the images beyond the first batch. */
  continues: z.int().default(0),
  /** `wanted`: the caller cancelled it; `asked`: the upstream was told, too. */
  cancel: z.enum(["wanted", "asked"]).nullable().default(null),
  /** Refusals of the submit, or of a request for more, for a temporary reason other than a full session. */
  refusals: z.int().default(0),
  /** Submits sent again because an earlier one was lost and not found. */
  resubmits: z.int().default(0),
  /** Orders in a row that were begun and never reported. */
  unreported: z.int().default(0),
  /** Rounds of copying since the upstream was done. */
  copyAttempts: z.int(),
  /** 0 … 100; never falls. */
  progress: z.int(),
  partial: z.boolean(),
  /** The latest error that was not overcome yet. */
  blockedBy: taskErrorSchema.nullable().default(null),
  /** Why it failed; null in every other phase. */
  error: taskErrorSchema.nullable(),
  endedAt: z.number().nullable(),
});
/** One row of the coordinator. All moments are Unix milliseconds. */
export const taskSchema = z.preprocess(withPresentNames, taskFields);
export type Task = z.infer<typeof taskFields>;

export const isTerminal = (task: Pick<Task, "phase">): boolean =>
  task.phase === "completed" || task.phase === "failed" || task.phase === "cancelled";

/** Whether the task holds a slot: from the assignment until the upstream is done. */
export const holdsSlot = (task: Pick<Task, "phase">): boolean =>
  task.phase === "ready" || task.phase === "uploading" || task.phase === "submitting" || task.phase === "running";

/** The index of the first reference image that is not uploaded yet; null when all are. */
export function firstMissingInput(task: Pick<Task, "inputs" | "uploads">): number | null {
  const there = new Set(task.uploads.map((upload) => upload.index));
  const index = task.inputs.findIndex((_input, place) => !there.has(place));
  return index === -1 ? null : index;
}

/** Whether the upstream must be told to cancel the job: the caller wants it, and the history id is known. */
export const isToBeCancelled = (task: Pick<Task, "phase" | "cancel" | "historyId">): boolean =>
  task.phase === "running" && task.cancel === "wanted" && task.historyId !== null;

export const statuses = ["pending", "processing", "completed", "failed"] as const;

/** The record of a task in KV, from which every view is made. Moments are Unix milliseconds. */
export const taskRecordSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  owner: z.string(),
  tags: z.array(z.string()),
  submitId: z.string(),
  model: z.string(),
  status: z.enum(statuses),
  progress: z.int(),
  images: z.array(storedImageSchema),
  partial: z.boolean(),
  error: taskErrorSchema.nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  endedAt: z.number().nullable(),
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;
