/** The orders of a task that a consumer may work on. Pure. */
import type { FollowUp, ImageToCopy, Job, PaidOrder } from "#shared/task/follow-up.ts";
import { firstMissingInput } from "#shared/task/inputs.ts";
import type { Dispatched, Leased, Running, Uploading } from "#shared/task/phases.ts";
import { askedOf } from "#shared/task/request.ts";
import { uploadLeaseSeconds } from "#shared/task/upload-lease.ts";

type TaskFields = Pick<Leased, "id" | "step" | "submitId">;
const base = ({ id, step, submitId }: TaskFields, leaseSeconds: number) => ({ task: id, step, submitId, leaseSeconds });

const jobOf = ({ request, createdAt, uploads }: Leased): Job => ({ request, createdAt, uploads });

/** For the first reference image that is missing; null when the upstream has all of them. */
export function uploadOrder(task: TaskFields & Pick<Uploading, "inputs" | "uploads">): FollowUp | null {
  const index = firstMissingInput(task);
  const input = index === null ? undefined : task.inputs[index];
  if (index === null || input === undefined) return null;
  return { kind: "upload", index, input, ...base(task, uploadLeaseSeconds(input.bytes)) };
}

/** Paid calls to be sent, each once. */
export const generateOrder = (task: Dispatched, calls: PaidOrder[], leaseSeconds: number): FollowUp => ({
  kind: "generate",
  owner: task.owner,
  calls,
  request: task.request,
  inputs: task.inputs,
  ...base(task, leaseSeconds),
});

export const submitOrder = (task: Leased, leaseSeconds: number): FollowUp => ({
  kind: "submit",
  job: jobOf(task),
  ...base(task, leaseSeconds),
});

export const pollOrder = (task: Leased, kind: "recover" | "poll", leaseSeconds: number): FollowUp => ({
  kind,
  asked: askedOf(task.request),
  ...base(task, leaseSeconds),
});

export const cancelOrder = (task: Running, historyId: string, leaseSeconds: number): FollowUp => ({
  kind: "cancel",
  historyId,
  ...base(task, leaseSeconds),
});

export const continueOrder = (task: Running, historyId: string, leaseSeconds: number): FollowUp => ({
  kind: "continue",
  job: jobOf(task),
  historyId,
  ...base(task, leaseSeconds),
});

export const storeOrder = (task: Leased, images: ImageToCopy[], leaseSeconds: number): FollowUp => ({
  kind: "store",
  images,
  ...base(task, leaseSeconds),
});
