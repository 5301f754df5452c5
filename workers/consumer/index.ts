/** The consumer Worker: takes wake-ups from the queue, gets orders from the coordinators, runs them, and reports. */
import { consumerConfig } from "#shared/config.ts";
import { log } from "#shared/log.ts";
import { sealFor } from "#shared/seal.ts";
import {
  type Coordinator as CoordinatorApi,
  coordinatorOf,
  type Order,
  type WorkOrder,
} from "#shared/task/coordinator.ts";
import { type WakeUp, wakeUpSchema } from "#shared/task/message.ts";
import { createUpstream, upstreamConfigFrom } from "#shared/upstream/index.ts";
import { reportDeadLetter } from "./dead-letter.ts";
import { runOrders, type Tools } from "./run-orders.ts";

export { Coordinator } from "./coordinator/coordinator.ts";

export default {
  async queue(batch, env) {
    if (batch.queue === env.DEAD_LETTER_QUEUE) {
      for (const message of batch.messages) await takeDeadLetter(message, env);
      return;
    }
    const config = consumerConfig(env);
    const upstreamConfig = upstreamConfigFrom(config.UPSTREAM_OVERRIDES);
    const tools: Tools = {
      upstream: createUpstream({
        fetch: (request) => fetch(request),
        now: Date.now,
        origin: config.UPSTREAM_ORIGIN,
        config: upstreamConfig,
      }),
      upstreamConfig,
      images: env.IMAGES,
      inputs: env.INPUTS,
      seal: await sealFor(config),
      now: Date.now,
      calls: { left: config.CALLS_PER_INVOCATION },
    };
    const byOwner = Map.groupBy(batch.messages.flatMap(readable), ({ wakeUp }) => wakeUp.owner);
    await Promise.all(
      [...byOwner].map(([owner, deliveries]) => serve(coordinatorOf(env.COORDINATOR, owner), deliveries, tools)),
    );
  },
} satisfies ExportedHandler<ConsumerEnv>;

type Delivery = { message: Message; wakeUp: WakeUp };

/** A message that is no wake-up belongs to no task: it is logged and acked. */
function readable(message: Message): Delivery[] {
  const wakeUp = wakeUpSchema.safeParse(message.body);
  if (wakeUp.success) return [{ message, wakeUp: wakeUp.data }];
  log("error", "unreadable_message", { id: message.id, message: message.body });
  message.ack();
  return [];
}

/** One owner's share of a batch. A message is acked only once its order was reported. */
async function serve(coordinator: CoordinatorApi, deliveries: Delivery[], tools: Tools): Promise<void> {
  const reported = new Set<string>();
  const begunAt = tools.now();
  const orders = await coordinator.begin(deliveries.map(({ wakeUp }) => wakeUp)).catch(failed);
  const work = (orders ?? []).filter((order) => order.kind !== "drop" && order.kind !== "wait");
  // Each kind on its own: a poll that took a second must not wait for copies that take minutes.
  const chains = Map.groupBy(work, ({ kind }) => (kind === "recover" ? "poll" : kind));
  await Promise.all(
    [...chains.values()].map((chain) => follow(coordinator, chain, { begunAt, tools, reported }).catch(failed)),
  );
  for (const [index, { message }] of deliveries.entries()) settle(message, orders?.[index], reported);
}

const failed = (error: unknown) => log("error", "coordinator_failed", { error });

type Turn = { begunAt: number; tools: Tools; reported: Set<string> };

/** Runs and reports orders, then their follow-up orders. */
async function follow(coordinator: CoordinatorApi, orders: WorkOrder[], turn: Turn): Promise<void> {
  const { tools, reported } = turn;
  let { begunAt } = turn;
  for (let work = orders; work.length > 0; ) {
    const reports = await runOrders(work, begunAt, tools);
    begunAt = tools.now();
    work = reports.length === 0 ? [] : await coordinator.report(reports);
    for (const { task } of reports) reported.add(task);
  }
}

function settle(message: Message, order: Order | undefined, reported: Set<string>): void {
  if (order === undefined) message.retry();
  else if (order.kind === "drop") message.ack();
  else if (order.kind === "wait") message.retry({ delaySeconds: order.seconds });
  else if (reported.has(order.task)) message.ack();
  // Unreported: the task is leased, so the message is retried when the lease ends.
  else message.retry({ delaySeconds: order.leaseSeconds });
}

async function takeDeadLetter(message: Message, env: Pick<ConsumerEnv, "COORDINATOR">): Promise<void> {
  try {
    await reportDeadLetter(message.body, env.COORDINATOR);
    message.ack();
  } catch (error) {
    log("error", "dead_letter_failed", { error });
    message.retry();
  }
}
