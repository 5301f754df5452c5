/** POST /v1/images/tasks/{id}/cancel, at every point of a task's way. */
import { beforeEach, describe, expect, it } from "vitest";
import { aSession, call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

async function cancel(id: string, session = stage.session) {
  const answer = await call(`/v1/images/tasks/${id}/cancel`, {
    method: "POST",
    headers: { authorization: `Bearer ${session}` },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & { error?: unknown } };
}

describe("a task that has not begun", () => {
  it("a task that has not begun is cancelled at once, and nothing is sent upstream", async () => {
    const id = await stage.task();

    expect(await cancel(id)).toMatchObject({
      status: 200,
      body: { task_id: id, cancel: "done", status: "failed", error_code: "cancelled" },
    });

    while (await stage.move());
    expect(stage.jobs()).toEqual([]);
    expect(stage.calls("submit")).toBe(0);
  });

  it("a task that is cancelled while it waits for a slot leaves the line", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await stage.task());
    expect(await stage.view(ids[5] ?? "")).toMatchObject({ queue_position: 2 });

    expect(await cancel(ids[4] ?? "")).toMatchObject({ body: { cancel: "done" } });

    expect(await stage.view(ids[5] ?? "")).toMatchObject({ queue_position: 1 });
  });
});

describe("a running task", () => {
  it("a running task is cancelled upstream, once, and its credits are given back", async () => {
    const id = await stage.task();
    await stage.queue.deliver();

    expect(await cancel(id)).toMatchObject({ status: 200, body: { cancel: "requested", status: "processing" } });
    expect(await cancel(id)).toMatchObject({ body: { cancel: "requested" } });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "cancelled" });
    expect(stage.calls("cancel")).toBe(1);
    expect(stage.jobs()[0]).toMatchObject({ charged: 1, refunded: 1 });
  });

  it("a running task is delivered when the upstream does not cancel it", async () => {
    stage.simulator.addFault({ endpoint: "cancel", fault: "500" });
    const id = await stage.task();
    await stage.queue.deliver();
    await cancel(id);

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.calls("cancel")).toBe(1);
  });

  it("a running task that is cancelled keeps the images it has", async () => {
    const id = await stage.task({ n: 4 });
    await stage.queue.deliver();
    while ((await stage.view(id)).images === undefined) await stage.move();

    await cancel(id);

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: true });
  });
});

describe("a task whose submit was lost", () => {
  it("a cancelled task whose submit was lost is cancelled upstream once it is found", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "502-after" });
    const id = await stage.task();
    await stage.queue.deliver();

    expect(await cancel(id)).toMatchObject({ body: { cancel: "requested", status: "pending" } });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "cancelled" });
    expect(stage.jobs()).toMatchObject([{ charged: 1, refunded: 1 }]);
  });

  it("a cancelled task whose submit was lost is not sent again when it is not found", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "502" });
    const id = await stage.task();
    await stage.queue.deliver();
    await cancel(id);

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "cancelled" });
    expect(stage.calls("submit")).toBe(1);
  });
});

describe("a task that has ended", () => {
  it("a cancel of a task that has ended is answered with 409", async () => {
    const id = await stage.task();
    await stage.end(id);
    expect(await cancel(id)).toMatchObject({ status: 409, body: { error: { code: "already_finished" } } });
  });
});

describe("a task of another caller", () => {
  it("a cancel of another caller's task is answered with 404, and the task goes on", async () => {
    const id = await stage.task();
    expect(await cancel(id, aSession("stranger"))).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a task is cancelled by a caller who shares one of its sessions", async () => {
    const session = aSession("shared");
    const answer = await call("/v1/images/generations", {
      method: "POST",
      headers: { authorization: `Bearer ${session},${aSession("other")}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a lighthouse" }),
    });
    const { id } = (await answer.json()) as { id: string };
    expect(await cancel(id, session)).toMatchObject({ body: { cancel: "done" } });
  });
});
