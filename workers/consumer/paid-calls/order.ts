/** The order of one paid call, and its name. */
import type { Order } from "#shared/task/coordinator.ts";
import type { PaidOrder } from "#shared/task/follow-up.ts";

/** Several calls of one task. */
export type GenerateOrder = Extract<Order, { kind: "generate" }>;

/** @property begunAt when it was handed out, Unix milliseconds. */
export type PaidCallOrder = Omit<GenerateOrder, "calls"> & { call: PaidOrder; begunAt: number };

/** Another name for each attempt: a task that waited for a slot again counts its attempts again, with another step. */
export const nameOf = ({ task, step, call }: PaidCallOrder): string => `${task}/${step}/${call.call}/${call.attempt}`;
