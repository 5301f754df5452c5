/** Hands leased work to the consumer's Runner, without waiting for it. Lost work is due again when its lease ends. */
import { deliveriesPerCall } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { LeasedDelivery } from "#shared/task/webhook.ts";

type Runner = {
  run(owner: string, orders: Order[], begunAt: number): Promise<void>;
  deliver(owner: string, deliveries: LeasedDelivery[]): Promise<void>;
};

/** Never rejects. @param begunAt when they were leased, Unix milliseconds. */
export async function runDirectly(runner: Runner, owner: string, orders: Order[], begunAt: number): Promise<void> {
  await runner.run(owner, orders, begunAt).catch((error: unknown) => log("warn", "fast_path_failed", { owner, error }));
}

/** Never rejects. */
export async function deliverDirectly(runner: Runner, owner: string, deliveries: LeasedDelivery[]): Promise<void> {
  for (let start = 0; start < deliveries.length; start += deliveriesPerCall) {
    const some = deliveries.slice(start, start + deliveriesPerCall);
    await runner.deliver(owner, some).catch((error: unknown) => log("warn", "deliveries_not_begun", { owner, error }));
  }
}
