/**
 * The queue, run by hand in the test's time: messages wait here until the test delivers them, and messages that the
 * consumer retries come again after their delay, up to the number of retries of wrangler.consumer.toml.
 */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import consumer from "#consumer/index.ts";
import type { Tick } from "#shared/task/message.ts";

export const taskQueue = "dreamina-tasks";
export const deadLetterQueue = "dreamina-tasks-dead";
const maxRetries = 5;
const retryDelaySeconds = 10;

type Waiting = { id: string; body: unknown; attempts: number; at: number };
/** The outcome of a delivered message. `delaySeconds` is undefined when the queue's own delay applies. */
export type Outcome = { body: unknown; kind: "acked" | "retried"; delaySeconds?: number | undefined };

export function playQueue() {
  const sent: { body: Tick; delaySeconds: number }[] = [];
  let waiting: Waiting[] = [];
  const dead: unknown[] = [];
  let ids = 0;

  const add = (body: unknown, delaySeconds: number, attempts = 0) => {
    ids += 1;
    waiting.push({ id: `message-${ids}`, body, attempts, at: Date.now() + delaySeconds * 1000 });
  };
  /** Both workers and the coordinator send through this one prototype. */
  const send = vi
    .spyOn(Object.getPrototypeOf(env.TASK_QUEUE) as Queue, "send")
    .mockImplementation(async (body, options) => {
      const delaySeconds = options?.delaySeconds ?? 0;
      sent.push({ body: body as Tick, delaySeconds });
      add(structuredClone(body), delaySeconds);
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } } as QueueSendResponse;
    });

  return {
    /** Every message that was sent. */
    sent,
    /** The spy on `send`: let it fail to lose messages. */
    send,
    dead,
    waiting: () => waiting.map(({ body }) => body),
    nextAt: (): number | null => (waiting.length === 0 ? null : Math.min(...waiting.map(({ at }) => at))),
    /** Drops the waiting messages, like a queue that loses them. */
    lose() {
      waiting = [];
    },
    add,
    /** Delivers every due message, as one batch. */
    async deliver(): Promise<Outcome[]> {
      const due = waiting.filter(({ at }) => at <= Date.now());
      waiting = waiting.filter((message) => !due.includes(message));
      const outcomes = await deliver(due);
      for (const [place, outcome] of outcomes.entries()) {
        const attempts = (due[place]?.attempts ?? 0) + 1;
        if (outcome.kind === "acked") continue;
        if (attempts > maxRetries) dead.push(outcome.body);
        else add(outcome.body, outcome.delaySeconds ?? retryDelaySeconds, attempts);
      }
      return outcomes;
    },
    /** Delivers these bodies as one batch, beside the waiting messages. */
    deliverOnly: (bodies: unknown[], queue = taskQueue) =>
      deliver(
        bodies.map((body, place) => ({ id: `only-${place}`, body, attempts: 0 })),
        queue,
      ),
  };
}

async function deliver(messages: Omit<Waiting, "at">[], queue = taskQueue): Promise<Outcome[]> {
  const batch = createMessageBatch(
    queue,
    messages.map(({ id, body, attempts }) => ({ id, body, timestamp: new Date(), attempts: attempts + 1 })),
  );
  const retries = batch.messages.map((message) => vi.spyOn(message, "retry"));
  await consumer.queue(batch, env as unknown as ConsumerEnv);
  const result = await getQueueResult(batch, createExecutionContext());
  return batch.messages.map((message, place) => {
    const isRetried = result.retryMessages.some(({ msgId }) => msgId === message.id);
    const isAcked = result.explicitAcks.includes(message.id);
    if (isRetried === isAcked) throw new Error(`message ${message.id} was left to the batch`);
    const delaySeconds = retries[place]?.mock.calls[0]?.[0]?.delaySeconds;
    return isAcked ? { body: message.body, kind: "acked" } : { body: message.body, kind: "retried", delaySeconds };
  });
}
