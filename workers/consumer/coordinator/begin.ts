/**
 * Which orders a tick hands out: the due tasks, the longest due first, within a number of outgoing calls. A poll takes
 * along the polls of its session that are due soon: one call serves them all.
 */
import { imagesPerTask, lookAheadMs, takeAlongMs } from "#consumer/limits.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { callsPerUpload } from "#shared/upstreams/index.ts";
import { beginOrder, type Move } from "./advance.ts";
import { dueOf } from "./due.ts";
import type { Kept } from "./kept.ts";

type Begin = {
  calls: number;
  /** Paid calls that a task may have in the air now. */
  maxCallsOf: (task: Task) => number;
  now: number;
  policy: Policy;
  save: (move: Move) => void;
  /** An order is handed out. */
  handedOut: (order: Order) => void;
};

export function beginDue(
  { live, known }: Pick<Kept, "live" | "known">,
  { calls, maxCallsOf, now, policy, save, handedOut }: Begin,
): Order[] {
  const orders: Order[] = [];
  const polled = new Set<string>();
  let left = calls;
  for (const task of live.due("tick", now + takeAlongMs)) {
    const isDue = (dueOf(task, policy)?.at ?? now) <= now + lookAheadMs;
    if (!isDue && !polled.has(rowOf(task).session ?? "")) continue;
    const begun = beginOrder(known, task, { now, maxCalls: maxCallsOf(task) }, policy);
    if (begun === null) continue;
    const { move, order } = begun;
    if (!isDue && order?.kind !== "poll") continue;
    if (order !== null) {
      left -= callsOf(order, polled);
      // The first one is always handed out, so that a small number does not stop everything.
      if (left < 0 && orders.length > 0) break;
      orders.push(order);
      handedOut(order);
    }
    save(move);
  }
  return orders;
}

/** Outgoing calls of an order with those that are likely to follow. @param polled sessions that are polled already. */
function callsOf(order: Order, polled: Set<string>): number {
  switch (order.kind) {
    case "submit":
    case "continue":
    case "cancel":
      return 2;
    case "upload":
      return callsPerUpload;
    case "generate":
      return 0;
    case "store":
      return order.images.length + order.images.filter(({ image }) => image.smallUrl !== undefined).length;
    case "poll":
    case "recover": {
      // Each image has a small version.
      const copies = 2 * (order.asked ?? imagesPerTask);
      if (polled.has(order.session.tag)) return copies;
      polled.add(order.session.tag);
      return copies + 1;
    }
  }
}
