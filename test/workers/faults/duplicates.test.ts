/**
 * The queue delivers at least once, in any order. Tasks of every kind in the same batches still end as if each message
 * came once: same jobs, charges and images.
 */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { allSent, expectUsualOutcome, playAll, setStageForAll, stage } from "#test/workers/support/every-kind.ts";

setStageForAll();

/** Every message is sent twice, the second time with this delay. */
function sendTwice(secondsApart: number): void {
  const { send } = stage.queue;
  const once = send.getMockImplementation();
  if (once === undefined) throw new Error("the queue is not played");
  send.mockImplementation(async (body, options) => {
    await once.call(env.TASK_QUEUE, body, options);
    const delaySeconds = (options?.delaySeconds ?? 0) + secondsApart;
    return once.call(env.TASK_QUEUE, body, { ...options, delaySeconds });
  });
}

it("every message delivered once leads to the expected outcome", async () => {
  await expectUsualOutcome(await playAll());
});

describe("every message twice", () => {
  it("every message twice in one batch makes no difference", async () => {
    sendTwice(0);
    await expectUsualOutcome(await playAll());
  });

  it.each([1, 44, 60])("every message twice, %i seconds apart, makes no difference", async (seconds) => {
    sendTwice(seconds);
    await expectUsualOutcome(await playAll());
  });

  it("every message twice, in two batches at the same time, makes no difference", async () => {
    const { deliver } = stage.queue;
    stage.queue.deliver = async () => {
      const waiting = stage.queue.waiting();
      const [first] = await Promise.all([deliver(), stage.queue.deliverOnly(waiting)]);
      return first;
    };
    await expectUsualOutcome(await playAll());
  });
});

describe("another order", () => {
  it("all sent messages again after each move, newest first, make no difference", async () => {
    await expectUsualOutcome(await playAll(() => stage.queue.deliverOnly(allSent().toReversed())));
  });

  it("all sent messages again after each move, oldest first, make no difference", async () => {
    await expectUsualOutcome(await playAll(() => stage.queue.deliverOnly(allSent())));
  });

  it("messages delivered early, newest first, and lost when retried make no difference", async () => {
    await expectUsualOutcome(
      await playAll(async () => {
        const waiting = stage.queue.waiting().toReversed();
        stage.queue.lose();
        await stage.queue.deliverOnly(waiting);
      }),
    );
  });
});
