/**
 * Carries out orders and reports each as soon as it is done, then the orders that follow from the report. A slow call
 * holds up no order but those it is needed for: each session's calls and polls, each upload and each copy on their own.
 */
import { log } from "#shared/log.ts";
import type { Coordinator, Order, Report } from "#shared/task/coordinator.ts";
import { runTogether } from "./run.ts";
import type { Tools } from "./tools.ts";

export type Owner = { coordinator: Pick<Coordinator, "report">; tools: Tools };

/** @param begunAt when the orders were leased, Unix milliseconds. Never rejects: an unreported order is due again when its lease ends. */
export async function carryOut(orders: Order[], begunAt: number, owner: Owner): Promise<void> {
  const together = Map.groupBy(orders, togetherKey);
  await Promise.all([...together.values()].map((group) => followed(group, begunAt, owner)));
}

async function followed(group: Order[], begunAt: number, owner: Owner): Promise<void> {
  try {
    for await (const reports of runTogether(group, begunAt, owner.tools)) await reportAndFollow(reports, owner);
  } catch (error) {
    log("error", "coordinator_failed", { error });
  }
}

async function reportAndFollow(reports: Report[], owner: Owner): Promise<void> {
  if (reports.length === 0) return;
  const reportedAt = owner.tools.now();
  await carryOut(await owner.coordinator.report(reports), reportedAt, owner);
}

/** Orders with the same key run one after the other, or in one call. */
function togetherKey(order: Order): string {
  switch (order.kind) {
    case "submit":
    case "continue":
    case "cancel":
      return `calls ${order.session.tag}`;
    case "poll":
    case "recover":
      return `polls ${order.session.tag}`;
    case "upload":
      return `upload ${order.task}`;
    case "generate":
      return `generate ${order.task}`;
    case "store":
      return `store ${order.task}`;
  }
}
