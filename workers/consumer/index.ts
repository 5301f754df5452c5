/**
 * The consumer Worker: a tick, by queue or from the coordinator's alarm, makes it carry out what an owner's tasks need.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { consumerConfig } from "#shared/config.ts";
import { log } from "#shared/log.ts";
import { sealFor } from "#shared/seal.ts";
import { coordinatorOf, type Order } from "#shared/task/coordinator.ts";
import { ownerOf } from "#shared/task/message.ts";
import { registryOf } from "#shared/task/registry.ts";
import type { LeasedDelivery } from "#shared/task/webhook.ts";
import { takeDeadLetter } from "./dead-letter.ts";
import { carryOut } from "./orders/carry-out.ts";
import { toolsFrom } from "./orders/tools.ts";
import { deliverAll } from "./webhooks/deliver.ts";

export { Coordinator } from "./coordinator/coordinator.ts";
export { PaidCall } from "./paid-calls/paid-call.ts";
export { Registry } from "./registry/registry.ts";

export default {
  /** Throws only for an invalid setting: a throw would bring back messages that are acked. */
  async queue(batch, env) {
    if (batch.queue === env.DEAD_LETTER_QUEUE) {
      for (const message of batch.messages) await acked([message], () => takeDeadLetter(message, env));
      return;
    }
    const tools = await toolsFrom(env);
    const byOwner = Map.groupBy(batch.messages.filter(isTick), ({ body }) => ownerOf(body) ?? "");
    const calls = Math.max(minCallsPerOwner, Math.floor(tools.calls.left / byOwner.size));
    await Promise.all(
      [...byOwner].map(([owner, messages]) =>
        acked(messages, async () => {
          const coordinator = coordinatorOf(env.COORDINATOR, owner);
          const begunAt = tools.now();
          await carryOut(await coordinator.begin({ calls }), begunAt, { coordinator, tools });
        }),
      ),
    );
    await Promise.all(tools.begunSmallCopies);
  },

  /** Once a day. */
  async scheduled(_, env) {
    await registryOf(env.REGISTRY).claimGifts();
  },
} satisfies ExportedHandler<ConsumerEnv>;

/** Carries out what a coordinator handed out: orders of its alarm, and deliveries of webhooks. */
export class Runner extends WorkerEntrypoint<ConsumerEnv> {
  /** @param begunAt when the orders were leased, Unix milliseconds. */
  async run(owner: string, orders: Order[], begunAt: number): Promise<void> {
    const coordinator = coordinatorOf(this.env.COORDINATOR, owner);
    const tools = await toolsFrom(this.env);
    await carryOut(orders, begunAt, { coordinator, tools });
    await Promise.all(tools.begunSmallCopies);
  }

  /** Answers before the receivers do, so that the coordinator does not wait for them. */
  async deliver(owner: string, deliveries: LeasedDelivery[]): Promise<void> {
    const config = consumerConfig(this.env);
    const coordinator = coordinatorOf(this.env.COORDINATOR, owner);
    const sender = { owner, coordinator, seal: await sealFor(config), exemptOrigin: config.WEBHOOK_EXEMPT_ORIGIN };
    this.ctx.waitUntil(deliverAll(deliveries, { ...sender, now: Date.now }));
  }
}

/** A submit, a poll and the copies of one image each. */
const minCallsPerOwner = 4;

/** A message that is no tick belongs to no owner: it is logged and acked. */
function isTick(message: Message): boolean {
  if (ownerOf(message.body) !== null) return true;
  log("error", "unreadable_message", { id: message.id, message: message.body });
  message.ack();
  return false;
}

/** Acks the messages when the work is done; when it throws, they are delivered again. */
async function acked(messages: Message[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
    for (const message of messages) message.ack();
  } catch (error) {
    log("error", "coordinator_failed", { error });
    for (const message of messages) message.retry();
  }
}
