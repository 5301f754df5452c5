/** Steps of the machine, in the words of the tests. */
import type { RemoteImage } from "#shared/task/events.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Decided, Input, Step } from "#shared/task/machine/rules.ts";
import { step } from "#shared/task/machine/step.ts";
import type { Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { aPolicy, start } from "./task.ts";

export type Wish = { now?: number; paceFactor?: number; maxCalls?: number; policy?: Partial<Policy> };

export const stepOf = (
  task: Task,
  input: Input,
  { now = start, paceFactor = 3, maxCalls = 8, policy = {} }: Wish = {},
) => step(task, input, { now, paceFactor, firstLookSeconds: null, maxCalls }, aPolicy(policy));

/** The task after an input; the same object when the input does not apply. */
export const moved = (task: Task, input: Input, wish: Wish = {}): Task => stepOf(task, input, wish)?.task ?? task;

export type Move = {
  kind: Decided;
  afterSeconds?: number;
  index?: number;
  calls?: { call: number; attempt: number }[];
  images?: { index: number; image: RemoteImage }[];
  leaseSeconds?: number;
  partial?: boolean;
  error?: unknown;
};

/** The decided move with its numbers; null when the input does not apply. */
export function decided(task: Task, input: Input, wish: Wish = {}): Move | null {
  const next = stepOf(task, input, wish);
  return next === null ? null : moveOf(next, wish.now ?? start);
}

function moveOf({ task, order, decided: kind }: Step, now: number): Move {
  const { wakeAt, partial, error } = rowOf(task);
  switch (kind) {
    case "submit":
    case "recover":
    case "poll":
      return { kind, afterSeconds: ((wakeAt ?? 0) - now) / 1000 };
    case "upload":
    case "continue":
    case "call":
    case "store":
      if (order === null) throw new Error(`${kind} gave no order`);
      if (order.kind === "upload") return { kind, index: order.index, leaseSeconds: order.leaseSeconds };
      if (order.kind === "generate") {
        return {
          kind,
          calls: order.calls.map(({ call, attempt }) => ({ call, attempt })),
          leaseSeconds: order.leaseSeconds,
        };
      }
      if (order.kind === "store") return { kind, images: order.images, leaseSeconds: order.leaseSeconds };
      return { kind, leaseSeconds: order.leaseSeconds };
    case "complete":
      return { kind, partial };
    case "fail":
      return { kind, error };
    default:
      return { kind };
  }
}
