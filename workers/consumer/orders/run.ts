/**
 * Runs orders that belong together: a session's calls one by one, its polls in one call, an upload, the copies of one
 * task. Each kind of order has its step; this file only dispatches. A step that throws is a bug: its order stays
 * unreported, and is due again when its lease ends.
 */

import { beginWithinMs, callNeedsMs, storeNeedsMs, uploadNeedsMs } from "#consumer/limits.ts";
import { startCalls } from "#consumer/paid-calls/start.ts";
import { cancel } from "#consumer/steps/cancel.ts";
import { type PollOrder, poll } from "#consumer/steps/poll.ts";
import { type StoreOrder, store } from "#consumer/steps/store.ts";
import { storeSmall } from "#consumer/steps/store-small.ts";
import { continueJob, submit } from "#consumer/steps/submit.ts";
import { upload } from "#consumer/steps/upload.ts";
import { log } from "#shared/log.ts";
import type { Order, Report } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import { callsPerUpload, type JobConnection, type UpstreamClient } from "#shared/upstreams/index.ts";
import { connect, type Tools } from "./tools.ts";

/**
 * @param group polls of one session, or other orders.
 * @param begunAt when they were leased, Unix milliseconds.
 * @returns the reports of each call as soon as it is answered.
 */
export async function* runTogether(group: Order[], begunAt: number, tools: Tools): AsyncGenerator<Report[], void> {
  const polls = group.filter((order) => order.kind === "poll" || order.kind === "recover");
  if (polls.length > 0) yield await pollTogether(polls, tools);
  for (const order of group) {
    if (order.kind === "poll" || order.kind === "recover") continue;
    if (order.kind === "store") yield await tools.copies(() => runOne(order, begunAt, tools));
    else yield await runOne(order, begunAt, tools);
  }
}

type SingleOrder = Exclude<Order, PollOrder>;

/** What an order needs to begin: time left of its lease, and outgoing calls. */
function needsOf(order: SingleOrder): { ms: number; calls: number } {
  switch (order.kind) {
    case "submit":
    case "continue":
    case "cancel":
      // A submit may need one more call, to claim the daily credits.
      return { ms: callNeedsMs, calls: 2 };
    case "upload":
      return { ms: uploadNeedsMs, calls: callsPerUpload };
    case "generate":
      return { ms: order.leaseSeconds * 1000 - beginWithinMs, calls: 0 };
    case "store":
      return { ms: storeNeedsMs, calls: order.images.length };
  }
}

/** An order without enough lease or calls left is reported as unsent. */
async function runOne(order: SingleOrder, begunAt: number, tools: Tools): Promise<Report[]> {
  const needs = needsOf(order);
  const startedAt = tools.now();
  const leftMs = begunAt + order.leaseSeconds * 1000 - startedAt;
  const mayBegin = leftMs >= needs.ms && takeCalls(needs.calls, tools);
  const seen = mayBegin ? await caught(order, () => single(order, begunAt, tools)) : unsent(order);
  if (seen === null) return [];
  logDone(order, seen, tools.now() - startedAt);
  return [reportOf(order, seen)];
}

/** Null when the result is reported elsewhere. */
async function single(order: SingleOrder, begunAt: number, tools: Tools): Promise<Observation | null> {
  if (order.kind === "store") {
    const upstream = tools.upstreams[order.session.upstream];
    beginSmallCopies(order, upstream, tools);
    return store(order, tools.images, upstream);
  }
  if (order.kind === "generate") {
    await startCalls(order, begunAt, tools.paidCalls);
    return null;
  }
  const upstream = await connectForJobs(order, tools);
  switch (order.kind) {
    case "submit":
      return submit(order, upstream);
    case "continue":
      return continueJob(order, upstream);
    case "cancel":
      return cancel(order, upstream);
    case "upload":
      return upload(order, upstream, tools.inputs);
  }
}

/** As many as the calls allow that the order has left: a small version may be missing. */
function beginSmallCopies(order: StoreOrder, upstream: Pick<UpstreamClient, "download">, tools: Tools): void {
  for (const one of order.images) {
    if (one.image.smallUrl === undefined || !takeCalls(1, tools)) continue;
    const copy = () => storeSmall(order.task, one, { bucket: tools.images, upstream });
    tools.begunSmallCopies.push(tools.smallCopies(copy));
  }
}

async function connectForJobs({ session }: Order, tools: Tools): Promise<JobConnection> {
  const connection = await connect(session, tools);
  if (connection.runs !== "jobs") throw new Error(`${session.upstream} runs no jobs`);
  return connection;
}

async function pollTogether(group: PollOrder[], tools: Tools): Promise<Report[]> {
  const [first] = group;
  if (first === undefined) return [];
  const startedAt = tools.now();
  const seen = await caught(first, async () => {
    if (!takeCalls(1, tools)) return group.map(unsent);
    return poll(group, await connectForJobs(first, tools));
  });
  return group.flatMap((order, place) => {
    const one = seen?.[place];
    if (one === undefined) return [];
    logDone(order, one, tools.now() - startedAt);
    return [reportOf(order, one)];
  });
}

const reportOf = ({ task, step }: Order, seen: Observation): Report => ({ task, step, seen });

/** One log line for each order, with its duration. Refusals of the upstream have a line of their own. */
function logDone({ kind, task, step, session }: Order, seen: Observation, ms: number): void {
  log("info", "order_done", { task, step, order: kind, session: session.label, observation: seen.kind, ms });
}

/** Takes this many calls from the budget, or none. */
function takeCalls(count: number, { calls }: Tools): boolean {
  if (calls.left < count) return false;
  calls.left -= count;
  return true;
}

const unsent = (order: Order): Observation => ({
  kind: "unsent",
  order: order.kind,
  ...(order.kind === "generate" && { calls: order.calls }),
});

/** Null when the step threw. */
async function caught<T>(order: Order, step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    log("error", "step_threw", { task: order.task, order: order.kind, error });
    return null;
  }
}
