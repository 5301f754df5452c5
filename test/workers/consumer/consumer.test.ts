import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";
import type { Tick } from "#shared/task/message.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { deadLetterQueue } from "#test/workers/support/queue.ts";
import {
  aBody,
  aSession,
  call,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const leaseSeconds = 45;

const lastTick = (): Tick => {
  const tick = stage.queue.sent.at(-1)?.body;
  if (tick === undefined) throw new Error("nothing was sent");
  return tick;
};

async function submitAs(authorization: string, body = {}): Promise<string> {
  const answer = await call(submitPath, submitInit(authorization, aBody(body)));
  return ((await answer.json()) as { id: string }).id;
}

describe("acks", () => {
  it("a message is acked once its orders were carried out and reported and the next tick is sent", async () => {
    await stage.task();
    const first = lastTick();

    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);

    expect(stage.queue.sent).toHaveLength(2);
    expect(stage.queue.sent[1]).toEqual({ body: first, delaySeconds: 9 });
    expect(stage.jobs()).toHaveLength(1);
  });

  it.each([null, "text", 7, {}, { v: 3, owner: "o" }, { v: 2, owner: "" }, { v: 2 }, { v: "2", owner: "o" }])(
    "a message that is no tick is acked and logged: %j",
    async (body) => {
      expect(await stage.queue.deliverOnly([body])).toEqual([{ body, kind: "acked" }]);

      expect(stage.logs).toEqual([expect.stringContaining("unreadable_message")]);
      expect(stage.fetched).not.toHaveBeenCalled();
    },
  );

  it("a message of an unknown owner is acked, and nothing is stored for it", async () => {
    const body = { v: 2, owner: "stranger" };

    expect(await stage.queue.deliverOnly([body])).toMatchObject([{ kind: "acked" }]);
    expect(await storing()).toEqual([]);
    expect(stage.queue.sent).toEqual([]);
  });

  it("a message that comes when nothing is due is acked and has no effect", async () => {
    await stage.task();
    const first = lastTick();
    await stage.queue.deliver();

    expect(await stage.queue.deliverOnly([first])).toMatchObject([{ kind: "acked" }]);

    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("history")).toBe(0);
  });

  it("messages that come when every task has ended are acked and have no effect", async () => {
    const id = await stage.task();
    await stage.end(id);
    const calls = stage.fetched.mock.calls.length;

    const late = stage.queue.sent.map(({ body }) => body);
    const outcomes = await stage.queue.deliverOnly(late);

    expect(outcomes.map(({ kind }) => kind)).toEqual(late.map(() => "acked"));
    expect(stage.fetched.mock.calls).toHaveLength(calls);
  });

  it("a message is acked although its neighbour is unreadable", async () => {
    await stage.task();

    const outcomes = await stage.queue.deliverOnly(["junk", lastTick(), null]);

    expect(outcomes.map(({ kind }) => kind)).toEqual(["acked", "acked", "acked"]);
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("the same tick twice", () => {
  it("the same tick twice in one batch submits once", async () => {
    await stage.task();
    const tick = lastTick();

    expect(await stage.queue.deliverOnly([tick, tick])).toMatchObject([{ kind: "acked" }, { kind: "acked" }]);

    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("submit")).toBe(1);
  });

  it("the same tick in two batches at the same time submits once", async () => {
    await stage.task();
    const tick = lastTick();

    const outcomes = await Promise.all([stage.queue.deliverOnly([tick]), stage.queue.deliverOnly([tick])]);

    expect(outcomes.flat()).toMatchObject([{ kind: "acked" }, { kind: "acked" }]);
    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("submit")).toBe(1);
  });

  it("a tick that is repeated at every step changes nothing", async () => {
    const id = await stage.task({ n: 2 });
    for (let moves = 0; moves < 20 && (await stage.view(id)).status !== "completed"; moves += 1) {
      const due = lastTick();
      await stage.move();
      await stage.queue.deliverOnly([due, due]);
    }

    expect(await stage.view(id)).toMatchObject({
      status: "completed",
      images: [expect.any(String), expect.any(String)],
    });
    expect(stage.jobs()).toHaveLength(1);
    // Each image, and its small version.
    expect((await env.IMAGES.list()).objects).toHaveLength(4);
  });
});

describe("a batch of several tasks", () => {
  it("a batch asks the upstream once for all tasks of one session", async () => {
    const ids = [await stage.task(), await stage.task(), await stage.task()];
    await stage.queue.deliver();
    stage.advance(12);

    const outcomes = await stage.queue.deliver();

    // One tick served all three.
    expect(outcomes).toMatchObject([{ kind: "acked" }]);
    expect(stage.calls("history")).toBe(1);
    expect(stage.jobs().map(({ polls }) => polls)).toEqual([1, 1, 1]);
    for (const id of ids) expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a batch asks the upstream once per session of one owner", async () => {
    const both = `${aSession()},${aSession()}`;
    await submitAs(both);
    await submitAs(both);
    await stage.queue.deliver();
    stage.advance(12);

    await stage.queue.deliver();

    expect(new Set(stage.jobs().map(({ session }) => session)).size).toBe(2);
    expect(stage.calls("history")).toBe(2);
  });

  it("a batch serves every owner in it", async () => {
    const owners = [aSession(), aSession(), aSession()];
    const ids = await Promise.all(owners.map((owner) => submitAs(owner)));

    const outcomes = await stage.queue.deliver();

    expect(outcomes.map(({ kind }) => kind)).toEqual(["acked", "acked", "acked"]);
    expect(
      stage
        .jobs()
        .map(({ session }) => `sg-${session}`)
        .toSorted(),
    ).toEqual(owners.toSorted());
    for (const [place, id] of ids.entries()) {
      expect(await stage.view(id, owners[place])).toMatchObject({ status: "processing" });
    }
  });

  it("a batch retries only the messages of an owner whose coordinator fails", async () => {
    const [well, ill] = [aSession(), aSession()];
    await submitAs(well);
    const wellOwner = lastTick().owner;
    await submitAs(ill);
    const illOwner = lastTick().owner;
    aCoordinatorThat("begin", { fails: 1, owner: illOwner });

    const outcomes = await stage.queue.deliver();

    expect(outcomes.find(({ body }) => (body as Tick).owner === wellOwner)).toMatchObject({ kind: "acked" });
    expect(outcomes.find(({ body }) => (body as Tick).owner === illOwner)).toMatchObject({ kind: "retried" });
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("the next tick", () => {
  const live = async (id: string) => ["pending", "processing"].includes((await stage.view(id)).status);

  it.each([
    "a lighthouse",
    "sim:lost-answer sim:late-visible",
    "sim:reset-once",
    "sim:picture-500-once",
    "sim:stale-links-once",
    "sim:failed",
    "sim:no-images",
    "sim:queued",
  ])("the owner of a live task has one tick in the queue after each move: %s", async (prompt) => {
    const id = await stage.task({ prompt, n: 2 });
    for (let moves = 0; moves < 60 && (await live(id)); moves += 1) {
      expect(stage.queue.waiting()).toHaveLength(1);
      await stage.move();
    }

    expect(await live(id)).toBe(false);
  });

  it("a job that reads as running again after it was done ends without a pause", async () => {
    const id = await stage.task({ prompt: "sim:picture-500-once sim:instant" });
    await stage.queue.deliver();
    for (let moves = 0; moves < 5 && stage.calls("picture") === 0; moves += 1) await stage.move();
    stage.simulator.addFault({ endpoint: "history", fault: "unknown-status" });
    const before = Date.now();

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(Date.now() - before).toBeLessThan(15_000);
  });
});

it("a batch makes at most 50 calls, the limit of the free plan, and every task still completes", async () => {
  const owners = Array.from({ length: 8 }, () => aSession());
  const ids = await Promise.all(owners.map((owner) => submitAs(owner, { prompt: "sim:instant", n: 8 })));
  await stage.queue.deliver();
  stage.advance(12);
  const before = stage.fetched.mock.calls.length;

  await stage.queue.deliver();

  expect(stage.fetched.mock.calls.length - before).toBeLessThanOrEqual(50);
  for (const [place, id] of ids.entries()) {
    expect(await stage.end(id, owners[place])).toMatchObject({ status: "completed", partial: false });
  }
});

describe("a coordinator that fails", () => {
  it("messages are delivered again after the queue's own delay when the coordinator fails in begin", async () => {
    const id = await stage.task();
    aCoordinatorThat("begin", { fails: 1 });

    expect(await stage.queue.deliver()).toEqual([
      expect.objectContaining({ kind: "retried", delaySeconds: undefined }),
    ]);

    expect(stage.fetched).not.toHaveBeenCalled();
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a begin whose answer is lost after its commit leads to no second submit", async () => {
    const id = await stage.task();
    aCoordinatorThat("begin", { fails: 1, after: true });

    expect(await stage.queue.deliver()).toMatchObject([{ kind: "retried" }]);

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("orders are due again after the lease when the report fails, and the job is not paid again", async () => {
    const id = await stage.task();
    aCoordinatorThat("report", { fails: 1 });

    const before = Date.now();
    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);

    expect(stage.jobs()).toHaveLength(1);
    for (let moves = 0; moves < 10 && stage.calls("history") === 0; moves += 1) await stage.move();
    expect(Date.now() - before).toBe(leaseSeconds * 1000);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("submit")).toBe(1);
  });

  it.each([1, 2, 3, 4, 5])("a failure in report number %i does not lose the task", async (number) => {
    const id = await stage.task({ n: 2 });
    aCoordinatorThat("report", { fails: 1, from: number });

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(stage.jobs()).toHaveLength(1);
  });

  it.each([1, 2, 3, 4])("a failure after report number %i was committed does not lose the task", async (number) => {
    const id = await stage.task({ n: 2 });
    aCoordinatorThat("report", { fails: 1, from: number, after: true });

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a coordinator that fails for several minutes does not fail its tasks", async () => {
    const id = await stage.task();
    aCoordinatorThat("begin", { fails: 12 });

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("a step that throws", () => {
  it("the order of a step that throws is due again after its lease and holds up no other order", async () => {
    const [first, second] = [await stage.task(), await stage.task({ prompt: "sim:instant" })];
    const before = Date.now();
    // Only the first submit: the error is thrown inside the step, and is no failed call.
    const timer = vi.spyOn(Deadline, "after").mockImplementationOnce(() => {
      throw new Error("a bug");
    });

    const outcomes = await stage.queue.deliver();

    expect(timer).toHaveBeenCalled();
    expect(outcomes).toMatchObject([{ kind: "acked" }]);
    expect(stage.logs.filter((line) => line.includes("step_threw"))).toHaveLength(1);
    expect(stage.jobs()).toHaveLength(1);
    expect(await stage.end(second)).toMatchObject({ status: "completed" });
    expect(Date.now() - before).toBeLessThan(leaseSeconds * 1000);
    while (stage.calls("history") === 1) await stage.move();
    expect(Date.now() - before).toBe(leaseSeconds * 1000);
    expect(await stage.end(first)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(2);
  });
});

describe("a dead letter", () => {
  it("a dead letter of an owner whose reports were lost leaves its tasks to the end of their leases", async () => {
    const id = await stage.task();
    const tick = lastTick();
    aCoordinatorThat("report", { fails: 1 });
    await stage.queue.deliverOnly([tick]);
    stage.advance(45);

    expect(await stage.queue.deliverOnly([tick], deadLetterQueue)).toMatchObject([{ kind: "acked" }]);

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a dead letter of an owner whose tasks were never begun makes its coordinator send another tick", async () => {
    const id = await stage.task();
    const tick = lastTick();
    stage.queue.lose();
    stage.advance(60);

    expect(await stage.queue.deliverOnly([tick], deadLetterQueue)).toMatchObject([{ kind: "acked" }]);

    expect(stage.queue.waiting()).toEqual([tick]);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it.each([
    ["of this version", (tick: Tick) => tick],
    ["of an earlier version", ({ owner }: Tick) => ({ v: 1, owner, task: "imgtask_x", step: 1 })],
  ])("a dead letter %s that comes when nothing is due changes nothing", async (_which, bodyOf) => {
    const id = await stage.task();
    const first = lastTick();
    await stage.queue.deliver();
    const before = await stage.view(id);

    expect(await stage.queue.deliverOnly([bodyOf(first)], deadLetterQueue)).toMatchObject([{ kind: "acked" }]);

    expect(await stage.view(id)).toEqual(before);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a dead letter of an owner without live tasks changes nothing", async () => {
    const id = await stage.task();
    await stage.end(id);

    await stage.queue.deliverOnly([lastTick()], deadLetterQueue);

    expect(await stage.view(id)).toMatchObject({ status: "completed" });
  });

  it.each(["junk", null, { v: 1 }])("a dead letter that is no tick is acked and logged: %j", async (body) => {
    expect(await stage.queue.deliverOnly([body], deadLetterQueue)).toMatchObject([{ kind: "acked" }]);

    expect(stage.logs).toEqual([expect.stringContaining("dead_letter")]);
  });

  it("a dead letter is retried while the coordinator cannot be reached", async () => {
    await stage.task();
    aCoordinatorThat("missed", { fails: 1 });

    expect(await stage.queue.deliverOnly([lastTick()], deadLetterQueue)).toMatchObject([{ kind: "retried" }]);
  });
});

describe("a task that cannot be run", () => {
  it("a task whose reports are lost six times in a row fails with an internal error", async () => {
    const id = await stage.task();
    aCoordinatorThat("report", { fails: 6 });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "internal" });
    expect(stage.queue.dead).toEqual([]);
  });

  it("a task whose submit keeps throwing makes no dead letter and ends", async () => {
    const id = await stage.task();
    const broken = vi.spyOn(crypto, "randomUUID").mockImplementation(() => {
      throw new Error("a bug");
    });
    for (let moves = 0; moves < 12; moves += 1) await stage.move();

    expect(stage.queue.dead).toEqual([]);
    broken.mockRestore();
    expect(["completed", "failed"]).toContain((await stage.end(id)).status);
    expect(stage.jobs().length).toBeLessThanOrEqual(1);
  });
});

describe("a message of an earlier version", () => {
  it("a message of version 1, which names a task and a step, serves everything that is due for its owner", async () => {
    const ids = [await stage.task(), await stage.task()];
    const { owner } = lastTick();
    stage.queue.lose();

    const body = { v: 1, owner, task: ids[1], step: 7 };
    expect(await stage.queue.deliverOnly([body])).toEqual([{ body, kind: "acked" }]);

    expect(stage.jobs()).toHaveLength(2);
    for (const id of ids) expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });
});
