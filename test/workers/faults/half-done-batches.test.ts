/**
 * A batch of the queue may fail in the middle. Tasks of every kind in the same batches still end as if each message came
 * once: same jobs, charges and images.
 */
import { describe, expect, it, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { expectUsualOutcome, playAll, setStageForAll, stage } from "#test/workers/support/every-kind.ts";

setStageForAll();

describe("a batch that fails half way", () => {
  const numbers = [1, 3, 5, 8];

  it.each(numbers)("a loss of report number %i on its way to the coordinator makes no difference", async (from) => {
    const report = aCoordinatorThat("report", { fails: 1, from });
    const ids = await playAll();

    expect(report.mock.calls.length).toBeGreaterThan(from);
    await expectUsualOutcome(ids);
  });

  it.each(numbers)("a lost answer to report number %i makes no difference", async (from) => {
    const report = aCoordinatorThat("report", { fails: 1, from, after: true });
    const ids = await playAll();

    expect(report.mock.calls.length).toBeGreaterThan(from);
    await expectUsualOutcome(ids);
  });

  it.each([1, 2, 4])("a lost answer to begin number %i makes no difference", async (from) => {
    aCoordinatorThat("begin", { fails: 1, from, after: true });
    await expectUsualOutcome(await playAll());
  });

  it.each([1, 5, 12, 20])("an error thrown in call number %i makes no difference", async (number) => {
    const after = Deadline.after.bind(Deadline);
    let calls = 0;
    vi.spyOn(Deadline, "after").mockImplementation((ms) => {
      calls += 1;
      if (calls === number) throw new Error("a bug");
      return after(ms);
    });
    const ids = await playAll();

    expect(calls).toBeGreaterThan(number);
    await expectUsualOutcome(ids);
  });

  it("a consumer that ends before its ack, once for every message, makes no difference", async () => {
    const { deliver } = stage.queue;
    let unacked = 0;
    stage.queue.deliver = async () => {
      const outcomes = await deliver();
      for (const { body, kind } of outcomes) {
        // Messages of one owner are alike: those that come again are marked.
        if (kind !== "acked" || Object.hasOwn(body as object, "isAgain")) continue;
        unacked += 1;
        stage.queue.add({ ...(body as object), isAgain: true }, 10, 1);
      }
      return outcomes;
    };
    const ids = await playAll();

    expect(unacked).toBeGreaterThan(5);
    await expectUsualOutcome(ids);
  });
});
