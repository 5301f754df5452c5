/** What the class behind batches tells: events of a batch, of its tasks, and how much of the log is kept. */
import { runInDurableObject } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import { Webhooks } from "#consumer/coordinator/webhooks/webhooks.ts";
import type { Webhook } from "#shared/task/webhook.ts";
import { aTask } from "#test/support/task.ts";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { setStage, tablesOf } from "#test/workers/support/stage.ts";

const batch = `batch_${"b".repeat(21)}`;
const taskOfBatch = (place: string) => `imgtask_${"b".repeat(21)}${place}${"t".repeat(21)}`;
const webhook: Webhook = {
  url: "https://hooks.example.com/",
  events: ["batch.completed"],
  origin: "https://api.test",
  publicImages: null,
  secret: "v1.sealed",
};
const reader = { owner: "owner", tags: ["tag-a"] };
const counts = { total: 2, completed: 1 };
const running = { status: "in_progress", counts, event: "batch.progress" as const };

type Told = { type: string; object: string; body: { data: Record<string, unknown> } };

/** What the tables hold after this. */
async function told(work: (webhooks: Webhooks) => void): Promise<Told[]> {
  setStage();
  const { stub } = anOwner();
  await runInDurableObject(stub, (_instance, { storage }) => {
    const webhooks = new Webhooks({ sql: storage.sql, customIdOf: (id) => `custom ${id.slice(29, 33)}` });
    webhooks.prepare();
    work(webhooks);
  });
  const { deliveries = [] } = await tablesOf(stub);
  return deliveries.map(({ type, object, body }) => ({ type, object, body: JSON.parse(String(body)) }) as Told);
}

const moves = (id: string) => {
  const before = aTask("running", { id, version: 3 });
  return { before, progressed: { ...before, version: 4 }, ended: aTask("completed", { id, version: 5 }) };
};

it("a batch is told about when it ends, with its status and its counts, and its tasks are not", async () => {
  const now = Date.now();
  const events = await told((webhooks) => {
    webhooks.register(batch, webhook, reader, now);
    const { before, ended } = moves(taskOfBatch("0000"));
    webhooks.taskChanged(before, ended, now);
    webhooks.batchChanged(batch, running, now);
    webhooks.batchChanged(batch, { ...running, status: "completed", event: "batch.completed" }, now);
  });
  expect(events.map(({ type, object, body }) => [type, object, body.data])).toEqual([
    [
      ...["batch.completed", batch],
      {
        ...{ id: batch, object: "batch", status: "completed", request_counts: counts },
        url: `https://api.test/v1/images/batches/${batch}`,
        results_url: `https://api.test/v1/images/batches/${batch}/results`,
      },
    ],
  ]);
});

it("progress of a batch is told once a second at most, and that of each of its tasks by itself", async () => {
  const now = Date.now();
  const events = await told((webhooks) => {
    webhooks.register(batch, { ...webhook, events: ["batch.progress", "task.progress"] }, reader, now);
    for (const at of [now, now + 400, now + 999, now + 1_000, now + 1_500]) {
      webhooks.batchChanged(batch, running, at);
      for (const place of ["0000", "0001"]) {
        const { before, progressed } = moves(taskOfBatch(place));
        webhooks.taskChanged(before, progressed, at);
      }
    }
  });
  const ids = [batch, taskOfBatch("0000"), taskOfBatch("0001")];
  expect(events.map(({ object }) => object)).toEqual([...ids, ...ids]);
});

it("a task of a batch is told about with its batch and its name there, for as long as the batch has a webhook", async () => {
  const now = Date.now();
  const events = await told((webhooks) => {
    webhooks.register(batch, { ...webhook, events: ["task.completed"] }, reader, now);
    for (const place of ["0000", "000z"]) {
      const { before, ended } = moves(taskOfBatch(place));
      webhooks.taskChanged(before, ended, now);
    }
    webhooks.unregister(batch);
    const { before, ended } = moves(taskOfBatch("0010"));
    webhooks.taskChanged(before, ended, now);
  });
  expect(events.map(({ body }) => [body.data.custom_id, body.data.batch_id])).toEqual([
    ["custom 0000", batch],
    ["custom 000z", batch],
  ]);
});

it("a change that callers cannot see is not told", async () => {
  const events = await told((webhooks) => {
    webhooks.register("imgtask_a", { ...webhook, events: ["task.progress"] }, reader, 0);
    const { before } = moves("imgtask_a");
    webhooks.taskChanged(before, { ...before, wakeAt: 9 }, 5_000);
  });
  expect(events).toEqual([]);
});

it("the log keeps the newest 1,000 of a reader and all that are pending, and nothing for longer than seven days", async () => {
  setStage();
  const { stub } = anOwner();
  await runInDurableObject(stub, (_instance, { storage: { sql } }) => {
    const webhooks = new Webhooks({ sql, customIdOf: () => null });
    const start = Date.now();
    const target = { url: webhook.url, origin: webhook.origin, publicImages: null };
    const count = (state: string) =>
      sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM deliveries WHERE state = ?", state).one().count;
    const test = () => webhooks.answer("test", { ...reader, target, secret: "v1.sealed" }, start);
    webhooks.prepare();
    const first = test();
    for (let number = 1; number < 1_200; number += 1) {
      const { id } = test();
      webhooks.answer("report", [{ id, attempt: 0, status: 200, fault: null }], start);
    }
    expect(count("pending")).toBe(1);
    expect(count("delivered")).toBe(1_000);
    const page = webhooks.answer("deliveries", { tags: reader.tags, limit: 1, after: null, state: "pending" }, start);
    expect(page).toMatchObject({ deliveries: [{ id: first.id }] });

    const week = 7 * 24 * 3_600_000;
    expect(webhooks.firstExpiry(start)).toBe(start + week + 3_600_000);
    webhooks.deleteExpired(start + week - 1);
    expect(count("delivered")).toBe(1_000);
    webhooks.deleteExpired(start + week);
    expect([count("delivered"), count("pending")]).toEqual([0, 1]);
  });
});

it("the log of each reader is kept short, also of one that never adds the entry at which the log is looked through", async () => {
  setStage();
  const { stub } = anOwner();
  await runInDurableObject(stub, (_instance, { storage: { sql } }) => {
    const webhooks = new Webhooks({ sql, customIdOf: () => null });
    const target = { url: webhook.url, origin: webhook.origin, publicImages: null };
    webhooks.prepare();
    for (let number = 0; number < 2_400; number += 1) {
      const tags = [number % 2 === 0 ? "tag-a" : "tag-b"];
      const { id } = webhooks.answer("test", { owner: "owner", tags, target, secret: "v1.sealed" }, 0);
      webhooks.answer("report", [{ id, attempt: 0, status: 200, fault: null }], 0);
    }
    const counts = sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM deliveries GROUP BY reader").toArray();
    for (const { count } of counts) expect(count).toBeLessThanOrEqual(1_050);
    expect(counts).toHaveLength(2);
  });
});

it("an owner without webhooks reads and writes no row when a task changes or a tick is looked for", async () => {
  setStage();
  const { stub } = anOwner();
  await runInDurableObject(stub, (_instance, { storage: { sql } }) => {
    const webhooks = new Webhooks({ sql, customIdOf: () => null });
    const exec = vi.spyOn(Object.getPrototypeOf(sql) as SqlStorage, "exec");
    const { before, ended } = moves("imgtask_a");
    webhooks.taskChanged(before, ended, 1);
    webhooks.batchChanged(batch, running, 1);
    webhooks.deleteExpired(1);
    webhooks.unregister(batch);
    expect([webhooks.firstDue(), webhooks.firstExpiry(1), webhooks.begin(1), webhooks.isEmpty()]).toEqual([
      null,
      null,
      [],
      true,
    ]);
    expect(exec).not.toHaveBeenCalled();
  });
});
