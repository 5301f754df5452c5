/**
 * The record of a task, and its form on the wire: names in snake_case, moments in Unix seconds, links made from keys,
 * so that the address of the images may change at any time. Pure.
 */

import { remedyOf, type TaskError } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import type { Snapshot } from "./coordinator.ts";
import { maxPollAdviceSeconds } from "./limits.ts";
import { isTerminal, type Phase, type Task } from "./phases.ts";
import { etaSeconds, progressOf } from "./progress.ts";
import { rowOf } from "./row.ts";
import type { StoredImage, TaskRecord } from "./task-record.ts";
import { poolUnavailable } from "./waiting.ts";

/** The public status of each phase. */
export const statusByPhase: Record<Phase, TaskRecord["status"]> = {
  parked: "pending",
  ready: "pending",
  uploading: "pending",
  dispatched: "processing",
  submitting: "pending",
  running: "processing",
  storing: "processing",
  completed: "completed",
  failed: "failed",
  // Existing clients know four statuses; `error.code` marks a cancelled task.
  cancelled: "failed",
};

/** The record of a task, for KV and for answers. */
export function recordOf(task: Task, now: number): TaskRecord {
  const { images, partial, partialReason, error, endedAt, deletedImages } = rowOf(task);
  return {
    v: 1,
    id: task.id,
    owner: task.owner,
    tags: task.tags,
    submitId: task.submitId,
    model: task.request.model,
    ...(task.sealedRequest !== null && { sealedRequest: task.sealedRequest }),
    status: statusByPhase[task.phase],
    progress: progressOf(task, now),
    images,
    partial,
    ...(partialReason !== null && { partialReason }),
    error,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    expiresAt: task.expiresAt,
    endedAt,
    ...(deletedImages.length > 0 && { deletedImages }),
  };
}

/**
 * @param parkedPosition place among the parked tasks of this owner, from 1; null when it is not parked.
 * @param waitsForPool whether it waits until the pool has a member that can take it.
 */
export function snapshotOf(
  task: Task,
  now: number,
  parkedPosition: number | null,
  waitsForPool: boolean = false,
): Snapshot {
  const { queuePosition, blockedBy, wakeAt } = rowOf(task);
  const live = isTerminal(task)
    ? null
    : {
        queuePosition: parkedPosition ?? queuePosition,
        etaSeconds: etaSeconds(task, now),
        waitingFor: waitsForPool ? poolUnavailable : blockedBy && { code: blockedBy.code, message: blockedBy.message },
        nextLookSeconds: nextNewsSeconds(task.phase, wakeAt, now),
      };
  return { record: recordOf(task, now), version: task.version, live };
}

/** Seconds until something new is likely; null: unknown. The answer of a paid call may come at any time. */
function nextNewsSeconds(phase: Phase, wakeAt: number | null, now: number): number | null {
  if (phase === "dispatched") return 1;
  return wakeAt === null ? null : Math.max(0, Math.ceil((wakeAt - now) / 1000));
}

/** Make the public addresses of an image and of its small version. */
export type ImageLinks = {
  linkTo: (image: Pick<StoredImage, "key" | "contentType">) => string;
  smallLinkTo: (image: Pick<StoredImage, "key">) => string;
};

/**
 * The answer to a poll.
 * @param language of the hint, should the task have failed.
 */
export function renderTask(
  snapshot: Pick<Snapshot, "record" | "live">,
  { linkTo, smallLinkTo }: ImageLinks,
  language: Language,
) {
  const { record, live } = snapshot;
  const links = record.images.map(linkTo);
  const { createdAt, endedAt, error } = record;
  return {
    taskId: record.id,
    task_id: record.id,
    id: record.id,
    object: "image.generation.task" as const,
    status: record.status,
    progress: record.progress,
    ...(links.length > 0 && record.status !== "failed" && { images: links }),
    createdAt: seconds(createdAt),
    created_at: seconds(createdAt),
    updated_at: seconds(record.updatedAt),
    submit_id: record.submitId,
    model: record.model,
    ...(live?.queuePosition != null && { queue_position: live.queuePosition }),
    ...(live?.etaSeconds != null && { eta_seconds: live.etaSeconds }),
    ...(live?.waitingFor != null && { waiting_for: live.waitingFor.message, waiting_code: live.waitingFor.code }),
    ...(error !== null && {
      error: error.message,
      error_code: error.code,
      error_info: renderError(error, language),
    }),
    ...(endedAt !== null && record.status === "completed" && { completed_at: seconds(endedAt) }),
    expires_at: seconds(record.expiresAt),
    ...(record.deletedImages !== undefined && { deleted_images: record.deletedImages }),
    partial: record.partial,
    ...(record.partialReason !== undefined && {
      partial_reason: record.partialReason.message,
      partial_code: record.partialReason.code,
    }),
    ...(record.status === "completed" && {
      data: record.images.map((image) => ({
        url: linkTo(image),
        small_url: smallLinkTo(image),
        width: image.width,
        height: image.height,
        bytes: image.bytes,
        content_type: image.contentType,
      })),
      result: { created: seconds(endedAt ?? createdAt), data: links.map((url) => ({ url })) },
    }),
  };
}

function renderError(error: TaskError, language: Language) {
  const { code, message, upstream } = error;
  const { hint, retryable } = remedyOf(error);
  return { code, message, hint: hint[language], retryable, ...(upstream && { upstream }) };
}

/** Seconds after which a poll is likely to bring something new; null for a terminal task. */
export function retryAfterSeconds({ record, live }: Pick<Snapshot, "record" | "live">): number | null {
  if (record.status === "completed" || record.status === "failed") return null;
  const untilLook = live?.nextLookSeconds ?? maxPollAdviceSeconds;
  return Math.min(maxPollAdviceSeconds, Math.max(1, untilLook + 1));
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
