/**
 * Runs one owner's orders: upstream writes one by one, polls together by session, copies task by task. Each kind of
 * order has its step; this file only dispatches. A step that throws is a bug: its order stays unreported, and its
 * message is delivered again.
 */

import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import type { Report, SealedSession, WorkOrder } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import {
  callsPerUpload,
  parseSession,
  type Session,
  type Upstream,
  type UpstreamConfig,
} from "#shared/upstream/index.ts";
import { callNeedsMs, storeNeedsMs, uploadNeedsMs } from "./limits.ts";
import { cancel } from "./steps/cancel.ts";
import { type PollOrder, poll } from "./steps/poll.ts";
import { store } from "./steps/store.ts";
import { continueJob, submit } from "./steps/submit.ts";
import { upload } from "./steps/upload.ts";

export type Tools = {
  upstream: Upstream;
  upstreamConfig: UpstreamConfig;
  images: R2Bucket;
  inputs: R2Bucket;
  seal: Seal;
  /** Unix milliseconds. */
  now: () => number;
  /** Outgoing calls left for this invocation; an order of eight images fits into the smallest setting. */
  calls: { left: number };
};

/** @param begunAt when the orders were asked for: their leases run from then at the earliest. */
export async function runOrders(orders: WorkOrder[], begunAt: number, tools: Tools): Promise<Report[]> {
  const calls = orders.filter(
    (order) => order.kind === "submit" || order.kind === "continue" || order.kind === "cancel",
  );
  const uploads = orders.filter((order) => order.kind === "upload");
  const polls = orders.filter((order) => order.kind === "poll" || order.kind === "recover");
  const stores = orders.filter((order) => order.kind === "store");
  const turn = { begunAt, tools };
  const reports = await Promise.all([
    // A submit may need one more call, to claim the daily credits.
    inTurn(calls, { ...turn, needsMs: callNeedsMs, calls: () => 2 }, async (order) =>
      single(order, await open(order.session, tools.seal), tools),
    ),
    inTurn(uploads, { ...turn, needsMs: uploadNeedsMs, calls: () => callsPerUpload }, async (order) =>
      upload(order, await open(order.session, tools.seal), tools),
    ),
    pollAll(polls, tools),
    // The images of one task together, tasks one by one: a Worker may wait for six answers at a time.
    inTurn(stores, { ...turn, needsMs: storeNeedsMs, calls: (order) => order.images.length }, (order) =>
      store(order, tools.images, tools.upstream),
    ),
  ]);
  return reports.flat();
}

type SingleOrder = Extract<WorkOrder, { kind: "submit" | "continue" | "cancel" }>;

function single(order: SingleOrder, session: Session, tools: Tools): Promise<Observation> {
  switch (order.kind) {
    case "submit":
      return submit(order, session, tools);
    case "continue":
      return continueJob(order, session, tools);
    case "cancel":
      return cancel(order, session, tools.upstream);
  }
}

/** Runs orders one after the other. An order without enough lease or calls left is reported as unsent. */
async function inTurn<O extends WorkOrder>(
  orders: O[],
  { begunAt, needsMs, calls, tools }: { begunAt: number; needsMs: number; calls: (order: O) => number; tools: Tools },
  step: (order: O) => Promise<Observation>,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const order of orders) {
    const leftMs = begunAt + order.leaseSeconds * 1000 - tools.now();
    const mayBegin = leftMs >= needsMs && takeCalls(calls(order), tools);
    const startedAt = tools.now();
    const seen = mayBegin ? await caught(order, () => step(order)) : unsent(order);
    if (seen !== null) logDone(order, seen, tools.now() - startedAt);
    reports.push(...reported([order], seen === null ? null : [seen]));
  }
  return reports;
}

async function pollAll(orders: PollOrder[], tools: Tools): Promise<Report[]> {
  const bySession = Map.groupBy(orders, (order) => order.session.tag);
  const reports = [...bySession.values()].map(async (group) => {
    const [first] = group;
    if (first === undefined) return [];
    const startedAt = tools.now();
    const seen = await caught(first, async () => {
      if (!takeCalls(1, tools)) return group.map(unsent);
      return poll(group, await open(first.session, tools.seal), tools.upstream);
    });
    for (const [index, one] of (seen ?? []).entries()) logDone(group[index] ?? first, one, tools.now() - startedAt);
    return reported(group, seen);
  });
  return (await Promise.all(reports)).flat();
}

/** One log line for each order, with its duration. Refusals of the upstream have a line of their own. */
function logDone({ kind, task, step, session }: WorkOrder, seen: Observation, ms: number): void {
  log("info", "order_done", { task, step, order: kind, session: session.label, observation: seen.kind, ms });
}

/** Takes this many calls from the budget, or none. */
function takeCalls(count: number, { calls }: Tools): boolean {
  if (calls.left < count) return false;
  calls.left -= count;
  return true;
}

const unsent = (order: WorkOrder): Observation => ({ kind: "unsent", order: order.kind });

/** Null when the step threw. */
async function caught<T>(order: WorkOrder, step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    log("error", "step_threw", { task: order.task, order: order.kind, error });
    return null;
  }
}

function reported(orders: WorkOrder[], seen: Observation[] | null): Report[] {
  return orders.flatMap((order, index) => {
    const one = seen?.[index];
    return one === undefined ? [] : [{ task: order.task, step: order.step, seen: one }];
  });
}

async function open({ tag, sealed }: SealedSession, seal: Seal): Promise<Session> {
  const session = parseSession(await seal.open(sealed, `session:${tag}`));
  if (session === null) throw new Error("the sealed session is not a session");
  return session;
}
