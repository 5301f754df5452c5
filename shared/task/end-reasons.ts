/** Why a task ended when the upstream gave no reason of its own, in words for its caller. Pure. */
import type { TaskError } from "#shared/errors.ts";
import type { Live } from "./phases.ts";
import { rowOf } from "./row.ts";

export const timedOut = (task: Live): TaskError => ({
  code: "timeout",
  message: `${unfinishedStep(task)} before the deadline.`,
  ...(task.request.paid !== null && { hint: busyKeys }),
});

const busyKeys = {
  en: "Nothing was charged for the calls that were not sent. Send the request again later, or use another key.",
  zh: "没有发出的请求不会计费。请稍后重新发送，或者换一个密钥。",
};

function unfinishedStep(task: Live): string {
  if (task.request.paid !== null) return "Every key was busy, so the paid calls could not all be sent";
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

const charged = {
  hint: {
    en: "The image was made and probably charged. Look at the usage of the key in the console of its cloud; a new request is a new charge.",
    zh: "图片已经生成，很可能已经计费。请在对应云的控制台查看该密钥的用量；重新发送请求会再次计费。",
  },
  retryable: false,
};

/** Images of a paid call that cannot be copied. */
export const notCopied: TaskError = {
  code: "upstream_failed",
  message: "An image of a paid call could not be copied from the cloud.",
  ...charged,
};

/** A paid call without an image and without a reason. */
export const nothingDelivered: TaskError = {
  code: "upstream_failed",
  message: "The paid call was answered without an image.",
  ...charged,
};

/** A paid call that made some images, and said nothing of the others. */
export const fewerMade: TaskError = {
  code: "upstream_failed",
  message: "The model made fewer images than requested. Only images that are made are charged.",
  retryable: true,
};

export const cancelledError: TaskError = { code: "cancelled", message: "The task was cancelled." };
