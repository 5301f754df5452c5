/** The requests of a batch, from their creation to their end, with the simulator as the upstream. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Batches } from "#consumer/coordinator/batches/batches.ts";
import { Webhooks } from "#consumer/coordinator/webhooks/webhooks.ts";
import { batchTaskIdOf } from "#shared/task/batch-ids.ts";
import { aTask } from "#test/support/task.ts";
import { batchCalls, type ResultLine, someRequests } from "#test/workers/support/batches.ts";
import {
  aKey,
  alarmOf,
  call,
  coordinators,
  type Stage,
  setStage,
  storing,
  tablesOf,
} from "#test/workers/support/stage.ts";

async function untilSessionsAreDeleted(stage: Stage): Promise<void> {
  const [coordinator] = coordinators();
  if (coordinator === undefined) throw new Error("no coordinator");
  for (let moves = 0; moves < 5; moves += 1) {
    if (((await tablesOf(coordinator)).sessions ?? []).length === 0) return;
    await stage.move();
  }
  throw new Error("the sessions are not deleted");
}

const statusesOf = (results: ResultLine[]) => results.map(({ status }) => status);

describe("a batch", () => {
  it("every request becomes a task, and the results are in the order of the requests", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id, request_counts } = await batches.create(someRequests(7));
    expect(request_counts).toMatchObject({ total: 7, completed: 0 });
    const ended = await batches.end(id);
    expect(ended).toMatchObject({ status: "completed", request_counts: { total: 7, completed: 7, waiting: 0 } });
    const results = await batches.results(id);
    expect(results.map(({ custom_id, status, images }) => [custom_id, status, images.length])).toEqual(
      Array.from({ length: 7 }, (_, index) => [`c${index}`, "completed", 1]),
    );
    expect(stage.jobs()).toHaveLength(7);
  });

  it("only as many tasks exist as have slots, and the others wait without a row of their own", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id, request_counts } = await batches.create(someRequests(50));
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    const { tasks } = await tablesOf(coordinator);
    expect(request_counts).toMatchObject({ processing: tasks?.length, waiting: 50 - (tasks?.length ?? 0) });
    expect(tasks?.length).toBeLessThan(10);
    expect((await batches.view(id)).request_counts.waiting).toBeGreaterThan(40);
  });

  it("one tick is in the queue for a batch, however many requests it has", async () => {
    const stage = setStage();
    await batchCalls(stage).create(someRequests(200));
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("KV holds one value for a whole batch", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(5));
    await batches.end(id);
    const { keys } = await env.TASKS.list();
    expect(keys.map(({ name }) => name)).toEqual([`batch:${id}`]);
  });

  it("refused prompts fail by themselves, with their reason, and the others complete", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(
      someRequests(6, (index) => (index % 3 === 0 ? { prompt: `sim:input-moderated ${index}` } : {})),
    );
    const ended = await batches.end(id);
    expect(ended).toMatchObject({ status: "completed", request_counts: { completed: 4, failed: 2 } });
    const results = await batches.results(id);
    expect(results.filter(({ error }) => error?.code === "prompt_moderated").map(({ custom_id }) => custom_id)).toEqual(
      ["c0", "c3"],
    );
  });

  it("an evicted coordinator goes on with its batch, and pays for nothing twice", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(9));
    for (let moves = 0; moves < 12; moves += 1) {
      await stage.move();
      for (const stub of coordinators()) await evictDurableObject(stub);
    }
    expect(await batches.end(id)).toMatchObject({ request_counts: { completed: 9 } });
    expect(stage.jobs()).toHaveLength(9);
  });

  it("a batch whose messages are all lost goes on by alarms", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(4));
    stage.queue.lose();
    expect(await batches.end(id)).toMatchObject({ status: "completed", request_counts: { completed: 4 } });
  });
});

describe("the rows of a batch", () => {
  it("prompts are kept only of requests that wait, run or have failed", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(
      someRequests(3, (index) => (index === 1 ? { prompt: "sim:input-moderated" } : {})),
    );
    await batches.end(id);
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    const { batch_items: items = [] } = await tablesOf(coordinator);
    const prompts = items.map(({ body }) => JSON.parse(String(body)).request.prompt);
    expect(prompts).toEqual(["", "sim:input-moderated", ""]);
  });
});

describe("a task of a batch", () => {
  it("a task is polled by its id before it starts, while it runs, and after it has ended", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(20));
    const last = (await batches.results(id)).at(-1)?.task_id ?? "";
    expect(await stage.view(last)).toMatchObject({ status: "pending", progress: 0 });
    expect((await stage.view(last)).queue_position).toBeGreaterThan(1);
    await batches.end(id);
    const view = await stage.view(last);
    expect(view).toMatchObject({ status: "completed", progress: 100 });
    expect(view.images).toHaveLength(1);
  });

  it("a task is found by who holds only some of the sessions of its batch, and by no one else", async () => {
    const stage = setStage();
    const pair = `${stage.session},${stage.session}b`;
    const batches = batchCalls(stage, pair);
    const { id } = await batches.create(someRequests(3));
    const [first] = await batches.results(id);
    expect((await stage.poll(first?.task_id ?? "", stage.session)).status).toBe(200);
    expect((await batchCalls(stage, stage.session).get(`/${id}`)).status).toBe(200);
    expect((await stage.poll(first?.task_id ?? "", `${stage.session}c`)).status).toBe(404);
    expect((await batchCalls(stage, `${stage.session}c`).get(`/${id}`)).status).toBe(404);
  });

  it("a task that ended is still shown when its own row is deleted after a day", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(1));
    await batches.end(id);
    const [{ task_id } = { task_id: "" }] = await batches.results(id);
    stage.advance(2 * 86_400);
    for (const stub of coordinators()) {
      if ((await alarmOf(stub)) !== null) await stage.move();
    }
    const [coordinator] = await storing();
    if (coordinator === undefined) throw new Error("no coordinator");
    expect((await tablesOf(coordinator)).tasks).toEqual([]);
    expect(await stage.view(task_id)).toMatchObject({ status: "completed" });
    expect((await batches.results(id))[0]?.images).toHaveLength(1);
  });

  it("a waiting task can be cancelled alone, and is never started", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(20));
    const last = (await batches.results(id)).at(-1)?.task_id ?? "";
    const headers = { authorization: `Bearer ${stage.session}` };
    const answer = await call(`/v1/images/tasks/${last}/cancel`, { method: "POST", headers });
    expect(await answer.json()).toMatchObject({ cancel: "done", status: "failed", error_code: "cancelled" });
    const ended = await batches.end(id);
    expect(ended.request_counts).toMatchObject({ completed: 19, cancelled: 1, failed: 0 });
    expect(stage.jobs()).toHaveLength(19);
  });
});

describe("beside single tasks", () => {
  it("a single task starts within the time of two jobs of a batch that fills every slot", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(60));
    const single = await stage.task({ prompt: "the single one" });
    const view = await stage.end(single);
    expect(view.status).toBe("completed");
    const { completed, processing, total } = (await batches.view(id)).request_counts;
    expect(completed + processing).toBeLessThan(total / 2);
  });

  it("a batch goes on while single tasks keep coming", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    for (let number = 0; number < 8; number += 1) await stage.task({ prompt: `single ${number}` });
    const { id } = await batches.create(someRequests(8));
    const last = await stage.task({ prompt: "the last single one" });
    await stage.end(last);
    expect((await batches.view(id)).request_counts.completed).toBeGreaterThan(3);
  });

  it("two batches of one owner take turns", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const first = await batches.create(someRequests(40));
    const second = await batches.create(someRequests(4, (index) => ({ prompt: `other ${index}` })));
    await batches.end(second.id);
    expect((await batches.view(first.id)).request_counts.waiting).toBeGreaterThan(20);
  });
});

describe("changes of a batch", () => {
  it("a paused batch starts nothing more, and goes on when it is resumed", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(12));
    expect(await batches.change(id, "pause")).toMatchObject({ status: "paused" });
    const { processing } = (await batches.view(id)).request_counts;
    await batches.end(id, ({ request_counts }) => request_counts.processing === 0);
    expect((await batches.view(id)).request_counts).toMatchObject({ completed: processing, waiting: 12 - processing });
    expect(stage.jobs()).toHaveLength(processing);
    expect(await batches.change(id, "resume")).toMatchObject({ status: "in_progress" });
    expect(await batches.end(id)).toMatchObject({ status: "completed", request_counts: { completed: 12 } });
  });

  it("a cancelled batch starts nothing more, and every request of it reads cancelled or as it ended", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(30));
    const cancelled = await batches.change(id, "cancel");
    expect(["cancelling", "cancelled"]).toContain(cancelled.status);
    const ended = await batches.end(id);
    expect(ended.status).toBe("cancelled");
    const { completed, failed, cancelled: count } = ended.request_counts;
    expect(completed + failed + count).toBe(30);
    const results = await batches.results(id);
    expect(statusesOf(results).filter((status) => status === "cancelled")).toHaveLength(count);
    expect(await stage.view(results.at(-1)?.task_id ?? "")).toMatchObject({
      status: "failed",
      error_code: "cancelled",
    });
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    const { batch_items: items = [] } = await tablesOf(coordinator);
    expect(items.filter(({ body }) => String(body).includes("a lighthouse"))).toEqual([]);
  });

  it("a retry makes only the failed requests again, as new tasks of the batch, whose old ids still answer", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(
      someRequests(4, (index) => (index === 2 ? { prompt: "sim:input-moderated a boat", resend_refused: true } : {})),
    );
    const first = await batches.end(id);
    expect(first.request_counts).toMatchObject({ completed: 3, failed: 1 });
    const before = await batches.results(id);
    expect(await batches.change(id, "retry")).toMatchObject({ status: "in_progress", request_counts: { failed: 0 } });
    expect(await batches.end(id)).toMatchObject({ status: "completed", request_counts: { completed: 3, failed: 1 } });
    const results = await batches.results(id);
    expect(results.map(({ custom_id }) => custom_id)).toEqual(before.map(({ custom_id }) => custom_id));
    expect(results[2]?.task_id).not.toBe(before[2]?.task_id);
    expect(results[0]?.task_id).toBe(before[0]?.task_id);
    expect(await stage.view(before[2]?.task_id ?? "")).toMatchObject({ status: "failed" });
    expect(stage.jobs()).toHaveLength(5);
  });

  it("a retry long after the end brings the sessions, which were deleted, and has its full time again", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(3, (index) => (index === 1 ? { prompt: "sim:failed" } : {})));
    await batches.end(id);
    await untilSessionsAreDeleted(stage);
    stage.advance(25 * 86_400);
    const again = (await batches.change(id, "retry")) as { expires_at?: number };
    expect(again).toMatchObject({ status: "in_progress", request_counts: { processing: 1 } });
    expect(again.expires_at).toBe(Math.floor(Date.now() / 1000) + 30 * 86_400);
    expect(await batches.end(id)).toMatchObject({ status: "completed", request_counts: { completed: 2, failed: 1 } });
    expect(stage.jobs()).toHaveLength(4);
  });

  it("a retry without the sessions that may run the requests pauses the batch, and with them it goes on", async () => {
    const stage = setStage({ arkSeconds: 0 });
    const key = aKey();
    const batches = batchCalls(stage, `${stage.session},${key}`);
    const ofKey = () => ({ model: "seedream-5.0-flash", resolution: "2k", prompt: "ark:400-text-moderated" });
    const { id } = await batches.create(someRequests(2, ofKey));
    await batches.end(id);
    await untilSessionsAreDeleted(stage);
    const paused = await batchCalls(stage).change(id, "retry");
    expect(paused).toMatchObject({ status: "paused", paused_reason: { code: "unauthorized" } });
    expect(await batches.change(id, "resume")).toMatchObject({ status: "in_progress" });
    expect(await batches.end(id)).toMatchObject({ status: "completed", request_counts: { failed: 2 } });
  });

  it("a retry without a failed request is refused with the reason", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(2));
    const answer = await batches.post(`/${id}/retry`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      error: { code: "already_finished", message: "No request of the batch has failed." },
    });
  });

  it.each([
    ["resume", "in_progress"],
    ["pause", "paused"],
    ["cancel", "cancelled"],
  ])("%s of a batch that is so already changes nothing, and is no fault", async (action, status) => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(12));
    await batches.change(id, action);
    await batches.end(id, ({ request_counts }) => request_counts.processing === 0 || action === "resume");
    const first = await batches.view(id);
    expect(await batches.change(id, action)).toEqual(first);
    expect(first.status).toBe(status);
  });

  it.each(["cancel", "pause", "resume", "retry"])("%s of a completed batch is refused", async (action) => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(1));
    await batches.end(id);
    expect((await batches.post(`/${id}/${action}`)).status).toBe(409);
  });

  it("requests whose sessions cannot be used hold up no others, and the batch pauses when only they are left", async () => {
    const stage = setStage({ arkSeconds: 0 });
    const expired = stage.session.replace("plain", "expired");
    const batches = batchCalls(stage, `${expired},${aKey()}`);
    const ofKey = (index: number) => (index >= 10 ? { model: "seedream-5.0-flash", resolution: "2k" } : {});
    const { id } = await batches.create(someRequests(20, ofKey));
    const paused = await batches.end(id, ({ status, request_counts }) => {
      return status === "paused" && request_counts.processing === 0;
    });
    expect(paused).toMatchObject({ paused_reason: { code: "session_expired" }, request_counts: { completed: 10 } });
    expect(paused.request_counts.waiting).toBeGreaterThan(4);
    const completed = (await batches.results(id)).filter(({ status }) => status === "completed");
    expect(completed.map(({ custom_id }) => custom_id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `c${index + 10}`),
    );
  });

  it("a batch whose only session is paused says why, and when it is tried again", async () => {
    const stage = setStage();
    const batches = batchCalls(stage, stage.session.replace("plain", "throttled"));
    const { id } = await batches.create(someRequests(3));
    await stage.move();
    await stage.move();
    const view = (await batches.view(id)) as { status: string; next_try_at?: number };
    expect(view).toMatchObject({
      status: "in_progress",
      waiting_code: "rate_limited",
      waiting_for: expect.any(String),
    });
    expect(view.next_try_at).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1000));
    expect(view).not.toHaveProperty("eta_seconds");
  });

  it.each([
    ["expired", "session_expired", 2, 5],
    ["nocredit", "insufficient_credits", 2, 5],
    ["limit", "insufficient_credits", 2, 5],
    ["punished", "risk_control", 20, 8],
    ["risk", "risk_control", 20, 8],
  ])(
    "a batch of an account that is %s pauses by itself, no request of it fails, and few are submitted",
    async (word, code, minutes, submits) => {
      const stage = setStage();
      const batches = batchCalls(stage, stage.session.replace("plain", word));
      const { id } = await batches.create(someRequests(6));
      const startedAt = Date.now();
      const paused = await batches.end(id, ({ status }) => status === "paused");
      expect(paused).toMatchObject({
        ...{ status: "paused", paused_reason: { code } },
        request_counts: { total: 6, waiting: 6, processing: 0, failed: 0 },
      });
      expect(Date.now() - startedAt).toBeLessThan(minutes * 60_000);
      expect([stage.jobs().length, stage.calls("submit")]).toEqual([0, submits]);
      await batches.change(id, "resume");
      expect(await batches.end(id, ({ status }) => status === "paused")).toMatchObject({
        request_counts: { waiting: 6 },
      });
    },
  );

  it("a task with a submit whose answer was lost is not taken back: a late report must find it", async () => {
    const stage = setStage();
    const { id } = await batchCalls(stage).create(someRequests(1));
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    await runInDurableObject(coordinator, (_, { storage: { sql } }) => {
      const webhooks = new Webhooks({ sql, customIdOf: () => null });
      const batches = new Batches(sql, webhooks, () => {});
      const task = (resubmits: number) => aTask("parked", { id: batchTaskIdOf(id, 0, "t".repeat(21)), resubmits });
      expect([batches.takeBack(task(1), 0), batches.takeBack(task(0), 0)]).toEqual([false, true]);
    });
  });
});

describe("an end of everything", () => {
  it("a coordinator forgets its batches when they expire, and then stores nothing", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(2));
    await batches.end(id);
    stage.advance(31 * 86_400);
    for (let moves = 0; moves < 5; moves += 1) await stage.move();
    expect((await batches.get(`/${id}`)).status).toBe(404);
    expect(await storing()).toEqual([]);
  });

  it("a batch that was never resumed is cancelled when its time is over", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(12));
    await batches.change(id, "pause");
    await batches.end(id, ({ request_counts }) => request_counts.processing === 0);
    stage.advance(31 * 86_400);
    await stage.move();
    expect(await batches.view(id)).toMatchObject({ status: "cancelled" });
  });

  it("a batch that is cancelled when its time is over sets no alarm while its last tasks end", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(12, (index) => ({ prompt: `sim:slow ${index}` })));
    await batches.end(id, () => stage.jobs().length > 2);
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    await runInDurableObject(coordinator, (_, { storage }) =>
      storage.sql.exec("UPDATE batches SET expires_at = 1").toArray(),
    );
    await evictDurableObject(coordinator);
    await runDurableObjectAlarm(coordinator);
    expect((await batches.view(id)).status).toBe("cancelling");
    expect(await alarmOf(coordinator)).toBeGreaterThan(Date.now());
  });
});
