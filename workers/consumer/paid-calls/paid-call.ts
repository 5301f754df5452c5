/**
 * One paid call, as an object of its own: it may take minutes, which would hold up a queue, and its alarm may wait for
 * 15. That the call is sent is stored before it is sent, and never undone, so that an alarm that runs again after a
 * crash reports the call as lost. Whatever was seen is stored before it is reported, and reported until that succeeds.
 */
import { DurableObject } from "cloudflare:workers";
import { dayMs, firstReportAgainMs, maxRetryAfterMs, startWithinMs } from "#consumer/limits.ts";
import { toolsFrom } from "#consumer/orders/tools.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import { connectForCalls, generate, isLast, lostInBetween } from "./generate.ts";
import type { PaidCallOrder } from "./order.ts";
import { Reports } from "./reports.ts";

export class PaidCall extends DurableObject<ConsumerEnv> {
  /** Starts the call, once, however often it is called. Does not wait for the call. */
  async start(order: PaidCallOrder): Promise<void> {
    const { storage } = this.ctx;
    if (isTooOld(order)) throw new Error("the order is too old to be started");
    if ((await storage.get("order")) !== undefined) return;
    // One commit: an order without an alarm would never run.
    await Promise.all([storage.put("order", order), storage.setAlarm(Date.now())]);
  }

  /** Sends the call; after a crash, only reports. What could not be reported is reported again, later and later. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const order = await storage.get<PaidCallOrder>("order");
    if (order === undefined) return;
    try {
      if ((await storage.get("over")) === undefined) await this.#run(order);
    } catch (error) {
      log("warn", "paid_call_not_reported", { task: order.task, call: order.call.call, error });
      return this.#again(order);
    }
    const mayBeStarted = order.begunAt + startWithinMs - Date.now();
    if (mayBeStarted <= 0) return storage.deleteAll();
    // Until no start can come any more.
    await storage.put("over", true);
    await storage.setAlarm(Date.now() + mayBeStarted);
  }

  /** After half the time since the beginning, for as long as links to images may live. */
  async #again({ begunAt }: PaidCallOrder): Promise<void> {
    const age = Date.now() - begunAt;
    if (age > dayMs) return this.ctx.storage.deleteAll();
    await this.ctx.storage.setAlarm(Date.now() + Math.min(maxRetryAfterMs, Math.max(firstReportAgainMs, age / 2)));
  }

  async #run(order: PaidCallOrder): Promise<void> {
    const { storage } = this.ctx;
    const tools = await toolsFrom(this.env);
    const reports = new Reports(order, { coordinator: coordinatorOf(this.env.COORDINATOR, order.owner), tools });
    const before = await storage.get<Observation[]>("seen");
    if (before !== undefined) {
      log("warn", "paid_call_interrupted", { task: order.task, call: order.call.call, attempt: order.call.attempt });
      reports.add(before.some(isLast) ? before : [...before, lostInBetween(order.call)]);
      return reports.done();
    }
    const connection = await connectForCalls(order, tools);
    if (isTooOld(order)) {
      // Nothing was sent, and by now the task may have ended, or its caller have asked again.
      reports.add([{ kind: "unsent", order: "generate", calls: [order.call] }]);
      return reports.done();
    }
    const seen: Observation[] = [];
    await storage.put("seen", seen);
    for await (const fresh of generate(order, connection, tools)) {
      seen.push(...fresh);
      await storage.put("seen", seen);
      reports.add(fresh);
    }
    await reports.done();
  }
}

const isTooOld = ({ begunAt }: PaidCallOrder): boolean => Date.now() - begunAt > startWithinMs;
