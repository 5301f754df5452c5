/** Why a task ended when the upstream gave no reason of its own, in words for its caller. Pure. */
import type { TaskError } from "#shared/errors.ts";
import type { Live } from "./phases.ts";
import { rowOf } from "./row.ts";

export const timedOut = (task: Live): TaskError => ({
  code: "timeout",
  message: `${unfinishedStep(task)} before the deadline.`,
});

function unfinishedStep(task: Live): string {
  const { acceptedAt, submitUnconfirmedSince, uploadingSince } = rowOf(task);
  if (acceptedAt !== null) return "Dreamina accepted the task but did not finish it";
  if (submitUnconfirmedSince !== null) return "The task was sent to Dreamina, which did not confirm it";
  if (uploadingSince !== null) return "The reference images could not be uploaded to Dreamina";
  return "Every session was busy, so the task could not be sent to Dreamina";
}

export const cancelledUpstream: TaskError = {
  code: "cancelled",
  message: "The task was cancelled while Dreamina was working on it. Dreamina usually refunds the credits.",
};

export const nothingMade: TaskError = {
  code: "upstream_failed",
  message: "Dreamina reported the task as done but delivered no image.",
};

export const cancelledError: TaskError = { code: "cancelled", message: "The task was cancelled." };
