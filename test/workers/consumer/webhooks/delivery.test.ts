/** Deliveries of webhooks: what receivers get, and what becomes of a delivery whatever its receiver does. */

import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/index.ts";
import { Deadline } from "#shared/deadline.ts";
import {
  aReceiver,
  deliveriesOf,
  deliveryRows,
  isNoneDue,
  moveUntil,
  post,
  receiverUrl,
  reported,
  secretOf,
  verified,
  withStatus,
} from "#test/workers/support/receiver.ts";
import { coordinators, type Stage, setStage, tablesOf } from "#test/workers/support/stage.ts";
import { until } from "#test/workers/support/waiting.ts";

const settings = env as { FAST_PATH: string; WEBHOOK_EXEMPT_ORIGIN: string };

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});
afterEach(() => {
  settings.FAST_PATH = "false";
  settings.WEBHOOK_EXEMPT_ORIGIN = "";
});

const webhook = { url: receiverUrl };
/** The end of a delivery, whatever it is. */
const settled = () => moveUntil(stage, async () => (await deliveryRows()).length > 0 && (await isNoneDue()), "settled");
/** One task to its end, with a webhook. */
async function endedTask(body: object = {}): Promise<string> {
  const id = await stage.task({ webhook, ...body });
  await stage.end(id);
  return id;
}

describe("a receiver that answers 2xx", () => {
  it("a receiver is told once how a task ended, with its id, its status and the links that a poll shows", async () => {
    const { received, events } = aReceiver(stage);
    const id = await endedTask();
    await settled();

    const { images } = await stage.view(id);
    expect(events()).toEqual([
      {
        type: "task.completed",
        timestamp: expect.stringMatching(/^2031-01-01T12:\d\d:\d\d\.\d{3}Z$/),
        data: {
          id,
          object: "image.generation.task",
          status: "completed",
          url: `https://api.test/v1/images/tasks/${id}`,
          progress: 100,
          images,
          partial: false,
        },
      },
    ]);
    expect(images).toHaveLength(1);
    expect(received[0]).toMatchObject({ url: receiverUrl });
    expect(received[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "dreamina-image-api",
      "webhook-id": expect.stringMatching(/^whd_[\w-]{21}$/),
    });
  });

  it("every delivery has a signature that the library of Standard Webhooks accepts, for this body and this secret only", async () => {
    const { received } = aReceiver(stage);
    await endedTask();
    await settled();

    const [one] = received;
    if (one === undefined) throw new Error("nothing was received");
    const secret = await secretOf(stage.session);
    expect(verified(secret, one)).toMatchObject({ type: "task.completed" });
    expect(() => verified(secret, { ...one, body: one.body.replace("completed", "failed") })).toThrow("No matching");
    expect(() => verified(`whsec_${btoa("x".repeat(32))}`, one)).toThrow("No matching");
  });

  it("a receiver is told why a task failed, with the code and the words of a poll", async () => {
    const { events } = aReceiver(stage);
    const id = await endedTask({ prompt: "sim:input-moderated" });
    await settled();

    const { error, error_code: code, status } = await stage.view(id);
    expect(status).toBe("failed");
    expect(events()).toMatchObject([
      { type: "task.failed", data: { id, status: "failed", error: { code, message: error } } },
    ]);
    expect(events()[0]?.data.images).toBeUndefined();
  });

  it("a receiver is told only the events that its webhook names", async () => {
    const { received } = aReceiver(stage);
    await endedTask({ webhook: { url: receiverUrl, events: ["task.failed"] } });
    expect(received).toEqual([]);
    expect(await deliveryRows()).toEqual([]);
  });

  it("a receiver is told about the progress of a task at most once a second, and about its end", async () => {
    const { events } = aReceiver(stage);
    const asked = ["task.progress", "task.completed", "task.failed"];
    await endedTask({ n: 4, webhook: { url: receiverUrl, events: asked } });
    await settled();

    const told = events().map(({ type }) => type);
    const times = (await deliveryRows())
      .filter((row) => row.type === "task.progress")
      .map((row) => Number(row.created_at));
    expect(times.length).toBeGreaterThan(1);
    for (const [place, at] of times.slice(1).entries()) expect(at - (times[place] ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(told.filter((type) => type === "task.completed")).toHaveLength(1);
  });
});

describe("a receiver that fails", () => {
  const breakOff = () => Promise.reject(new TypeError("Network connection lost."));

  it.each([
    ["answers 500", withStatus(500), { last_status: 500, last_error: null }],
    ["answers 404", withStatus(404), { last_status: 404, last_error: null }],
    ["redirects", withStatus(301), { last_status: 301, last_error: null }],
    ["cannot be reached", breakOff, { last_status: null, last_error: "unreachable" }],
  ])(
    "a receiver that %s gets ten attempts with growing pauses and the same id, then the delivery has failed",
    async (_does, answer, outcome) => {
      const { received } = aReceiver(stage, answer);
      await endedTask();
      await settled();

      const pauses = received.map(({ at }, place) => (at - (received[place - 1]?.at ?? at)) / 1000);
      const expected = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
      expect(pauses).toHaveLength(expected.length);
      for (const [place, seconds] of expected.entries()) {
        expect(pauses[place]).toBeGreaterThanOrEqual(seconds);
        expect(pauses[place]).toBeLessThanOrEqual(seconds * 1.1 + 2);
      }
      expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(new Set(received.map(({ body }) => body)).size).toBe(1);
      expect(await deliveriesOf(stage.session)).toMatchObject([
        { status: "failed", attempts: 10, next_attempt_at: null, ...outcome },
      ]);
      const secret = await secretOf(stage.session);
      const last = received.at(-1);
      expect(last && verified(secret, last)).toMatchObject({ type: "task.completed" });
    },
  );

  it("a receiver that recovers gets the delivery, and no more attempts", async () => {
    const receiver = aReceiver(stage, withStatus(503));
    await endedTask();
    await moveUntil(stage, () => receiver.received.length === 2, "two attempts");
    receiver.answers(withStatus(200));
    await settled();

    expect(receiver.received).toHaveLength(3);
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 3, last_status: 200 }]);
  });

  it("a receiver that fails gets progress twice at most, because newer progress follows", async () => {
    const { received } = aReceiver(stage, withStatus(500));
    await endedTask({ webhook: { url: receiverUrl, events: ["task.progress"] } });
    await settled();
    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(2 * new Set(ids).size);
  });
});

describe("a receiver that redirects", () => {
  it("a redirect to an inner address is not followed, and the delivery is tried again where it was sent", async () => {
    const { received } = aReceiver(stage, withStatus(307, { location: "http://169.254.169.254/latest/meta-data" }));
    await endedTask();
    await moveUntil(stage, () => received.length === 2, "two attempts");

    const calls = stage.fetched.mock.calls.filter(
      ([, init]) => init?.method === "POST" && String(init.body).includes("task.completed"),
    );
    expect(calls.map(([url]) => String(url))).toEqual([receiverUrl, receiverUrl]);
    expect(calls.every(([, init]) => init?.redirect === "manual")).toBe(true);
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "pending", attempts: 2, last_status: 307 }]);
  });
});

describe("a receiver that answers 410", () => {
  it("a receiver that answers 410 gets nothing more about this task, and what waits for it is dropped", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    const events = ["task.progress", "task.completed"];
    const id = await stage.task({ n: 4, webhook: { url: receiverUrl, events } });
    await moveUntil(stage, () => receiver.received.length === 1, "one attempt");
    receiver.answers(withStatus(410));
    await moveUntil(stage, () => receiver.received.length >= 2, "another attempt");
    const heard = receiver.received.length;
    await stage.end(id);
    await settled();

    expect(receiver.received).toHaveLength(heard);
    expect((await deliveriesOf(stage.session)).every(({ status }) => status === "gone")).toBe(true);
    expect(receiver.events().map(({ type }) => type)).not.toContain("task.completed");
  });

  it("a receiver that answered 410 about one task still gets deliveries about others", async () => {
    const receiver = aReceiver(stage, withStatus(410));
    await endedTask();
    await settled();
    receiver.answers(withStatus(204));
    await endedTask({ prompt: "another one" });
    await settled();
    expect((await deliveriesOf(stage.session)).map(({ status }) => status)).toEqual(["delivered", "gone"]);
  });
});

describe("a receiver that hangs", () => {
  /** It answers nothing until the timeout of its caller, which is over when the test says so. */
  function aHangingReceiver() {
    const controllers: AbortController[] = [];
    let isOver = false;
    const after = Deadline.after.bind(Deadline);
    vi.spyOn(Deadline, "after").mockImplementation((ms) => {
      if (ms !== 15_000) return after(ms);
      const controller = new AbortController();
      controllers.push(controller);
      return { signal: controller.signal, [Symbol.dispose]() {} } as Deadline;
    });
    const receiver = aReceiver(stage, async () => {
      await until(() => isOver, "the timeout is over");
      // Here, because it belongs to the caller's request.
      controllers[0]?.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
      throw controllers[0]?.signal.reason;
    });
    return {
      ...receiver,
      timesOut() {
        isOver = true;
      },
    };
  }

  it("a receiver that hangs holds up neither tasks nor the queue, and is tried again after its timeout of 15 s", async () => {
    const receiver = aHangingReceiver();
    await endedTask();
    for (let moves = 0; receiver.received.length === 0 && moves < 10; moves += 1) await stage.move();
    await until(() => receiver.received.length === 1, "it is called");

    const other = await stage.task({ prompt: "another one" });
    expect((await stage.end(other)).status).toBe("completed");
    expect(receiver.received).toHaveLength(1);

    receiver.answers(withStatus(204));
    receiver.timesOut();
    await reported();
    expect(await deliveriesOf(stage.session)).toMatchObject([
      { status: "pending", attempts: 1, last_error: "timeout" },
    ]);
    await settled();
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });

  it("an answer with an endless body counts by its status, and the body is not read", async () => {
    let pulled = 0;
    aReceiver(stage, () => {
      const endless = new ReadableStream({
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1024));
        },
      });
      return new Response(endless, { status: 200 });
    });
    await endedTask();
    await settled();
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 1 }]);
    expect(pulled).toBeLessThan(3);
  });
});

describe("a lost step", () => {
  /** The first reports do not arrive. @returns how many were lost so far. */
  function reportsLost({ times }: { times: number }): () => number {
    const whole = Coordinator.prototype.webhooks as (...given: unknown[]) => Promise<unknown>;
    let lost = 0;
    vi.spyOn(Coordinator.prototype, "webhooks").mockImplementation(async function (this: Coordinator, ...given) {
      if (given[0] === "report" && lost < times) {
        lost += 1;
        throw new Error("Network connection lost.");
      }
      return whole.apply(this, given) as never;
    });
    return () => lost;
  }

  it("a consumer that dies between sending and reporting sends the delivery again, with the same id", async () => {
    const { received } = aReceiver(stage);
    const lost = reportsLost({ times: 1 });
    await endedTask();
    for (let moves = 0; received.length < 2 && moves < 20; moves += 1) {
      await stage.move();
      await until(() => lost() === 1 || received.length === 0, "the report is lost");
    }
    await settled();

    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(ids[0]);
    expect((received[1]?.at ?? 0) - (received[0]?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });

  it("a delivery whose every report is lost ends after ten attempts", async () => {
    const { received } = aReceiver(stage);
    reportsLost({ times: Number.POSITIVE_INFINITY });
    await endedTask();
    for (let moves = 0; moves < 40 && !(await isNoneDue()); moves += 1) await stage.move();
    await until(() => received.length === 10, "ten attempts");
    expect(await deliveriesOf(stage.session)).toMatchObject([
      { status: "failed", attempts: 10, last_error: "unreported" },
    ]);
  });

  it("an evicted coordinator still sends what waits, at its time", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    await endedTask();
    await moveUntil(stage, () => receiver.received.length === 2, "two attempts");
    receiver.answers(withStatus(204));
    for (const stub of coordinators()) await evictDurableObject(stub);
    await settled();
    expect(receiver.received).toHaveLength(3);
    expect((receiver.received[2]?.at ?? 0) - (receiver.received[1]?.at ?? 0)).toBeGreaterThanOrEqual(300_000);
  });

  it("a queue that loses every message delays a delivery, and the alarm sends another tick", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    await endedTask();
    await moveUntil(stage, () => receiver.received.length === 1, "one attempt");
    stage.queue.lose();
    receiver.answers(withStatus(204));
    await settled();
    expect(receiver.received).toHaveLength(2);
  });
});

describe("the fast path", () => {
  it("the alarm hands due deliveries to the Runner while a caller watches, without a tick", async () => {
    settings.FAST_PATH = "true";
    const { received } = aReceiver(stage);
    for (const stub of coordinators()) await evictDurableObject(stub);
    const id = await stage.task({ webhook });
    await until(async () => {
      await stage.move();
      return received.length === 1;
    }, "it is delivered");
    expect((await stage.view(id)).status).toBe("completed");
    await reported();
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 1 }]);
  });
});

describe("the guard at the delivery", () => {
  it("an exempt origin gets deliveries; when the exemption is taken back, none is sent, and the log says why", async () => {
    const url = "http://127.0.0.1:9100/hooks?token=hush";
    const calls = () => stage.fetched.mock.calls.filter(([input]) => String(input).startsWith("http://127.0.0.1:9100"));
    stage.fetched.mockImplementation(async (input, init) =>
      String(input).startsWith("http://127.0.0.1:9100")
        ? new Response(null, { status: 500 })
        : stage.simulator.fetch(input as Request, init as RequestInit),
    );
    const exempt = { WEBHOOK_EXEMPT_ORIGIN: "http://127.0.0.1:9100" };
    settings.WEBHOOK_EXEMPT_ORIGIN = exempt.WEBHOOK_EXEMPT_ORIGIN;
    const answer = await post(
      "/v1/images/generations",
      stage.session,
      { prompt: "a lighthouse", n: 1, resolution: "1k", webhook: { url } },
      exempt,
    );
    expect(answer.status).toBe(200);
    await stage.end((await answer.json<{ id: string }>()).id);
    await moveUntil(stage, () => calls().length === 1, "one attempt");

    settings.WEBHOOK_EXEMPT_ORIGIN = "";
    await settled();
    expect(calls()).toHaveLength(1);
    expect(await deliveriesOf(stage.session)).toMatchObject([
      { status: "failed", attempts: 10, last_error: "forbidden" },
    ]);
  });
});

describe("secrecy", () => {
  it("no log line has the secret, or the query or the path of the address", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    await endedTask();
    await moveUntil(stage, () => receiver.received.length === 2, "two attempts");
    const secret = await secretOf(stage.session);
    const logs = stage.logs.join("\n");
    expect(logs).toContain("webhook_failed");
    expect(logs).toContain("hooks.example.com");
    expect(logs).not.toMatch(/hush|hooks\.example\.com\/images|whsec_/);
    expect(logs).not.toContain(secret.slice(6));
    expect(JSON.stringify(await Promise.all(coordinators().map(tablesOf)))).not.toContain(secret.slice(6));
  });
});
