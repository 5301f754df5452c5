/** Deletions while something else goes on, or is killed: what was deleted stays deleted, what was not is whole. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { getRecord, putRecord } from "#shared/task/records.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { call, type Stage, setStage, storing, tablesOf } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const remove = (path: string) =>
  call(path, { method: "DELETE", headers: { authorization: `Bearer ${stage.session}` } });
const removeTask = (id: string) => remove(`/v1/images/tasks/${id}`);

async function anEndedTask(body: object = {}): Promise<string> {
  const id = await stage.task(body);
  await stage.end(id);
  return id;
}

const keys = async () => (await env.IMAGES.list()).objects.map(({ key }) => key);

/** Plays messages and alarms for this long. */
async function play(minutes: number): Promise<void> {
  const until = Date.now() + minutes * 60_000;
  while (Date.now() < until && (await stage.move()));
}

describe("a fault of a store", () => {
  it.each([
    ["R2 lists nothing", () => vi.spyOn(env.IMAGES, "list")],
    ["R2 deletes nothing", () => vi.spyOn(env.IMAGES, "delete")],
    ["KV deletes nothing", () => vi.spyOn(env.TASKS, "delete")],
  ])("while %s, a deleted task is gone for its caller, and its images and record follow", async (_what, spy) => {
    const id = await anEndedTask({ n: 2 });
    const fault = spy().mockRejectedValueOnce(new Error("a fault")).mockRejectedValueOnce(new Error("a fault"));

    expect((await removeTask(id)).status).toBe(200);
    expect((await stage.poll(id)).status).toBe(404);
    await play(20);

    expect(fault.mock.calls.length).toBeGreaterThan(2);
    expect(await keys()).toEqual([]);
    expect(await getRecord(env.TASKS, id)).toBeNull();
    expect(JSON.stringify(await Promise.all((await storing()).map(tablesOf)))).not.toContain('"sweep"');
  });

  it("while KV refuses writes, an image that was deleted is gone, and the record follows", async () => {
    const id = await anEndedTask({ n: 2 });
    const put = vi.spyOn(env.TASKS, "put").mockRejectedValue(new Error("KV PUT failed: 429"));

    expect((await remove(`/images/${id}/0`)).status).toBe(200);
    expect(await stage.view(id)).toMatchObject({ deleted_images: [0] });
    put.mockRestore();
    await play(20);

    expect(await keys()).toEqual([`${id}/1`, `${id}/1/small`]);
    expect(await getRecord(env.TASKS, id)).toMatchObject({ deletedImages: [0] });
  });
});

describe("a coordinator that is killed", () => {
  it("before it deletes: nothing is deleted, and the same request again deletes", async () => {
    const id = await anEndedTask();
    aCoordinatorThat("remove", { fails: 1 });

    expect((await removeTask(id)).status).toBe(500);
    expect(await keys()).toEqual([`${id}/0`, `${id}/0/small`]);
    expect(await stage.view(id)).toMatchObject({ status: "completed" });
    expect((await removeTask(id)).status).toBe(200);
    expect(await keys()).toEqual([]);
  });

  it("after it deleted, with its answer lost: the task is gone, and the same request again says so", async () => {
    const id = await anEndedTask();
    aCoordinatorThat("remove", { fails: 1, after: true });

    expect((await removeTask(id)).status).toBe(500);
    expect((await removeTask(id)).status).toBe(404);
    await play(20);
    expect(await keys()).toEqual([]);
    expect(await getRecord(env.TASKS, id)).toBeNull();
  });
});

describe("what comes late", () => {
  it("a copy that ends after the deletion is deleted as well", async () => {
    const id = await anEndedTask();
    await removeTask(id);
    await env.IMAGES.put(`${id}/3`, "late");
    await play(20);

    expect(await keys()).toEqual([]);
  });

  it("a write of the record that ends after the deletion brings nothing back", async () => {
    const id = await anEndedTask();
    const record = await getRecord(env.TASKS, id);
    await removeTask(id);
    if (record !== null) await putRecord(env.TASKS, record, Date.now());
    expect((await stage.poll(id)).status).toBe(404);
    await play(20);

    expect(await getRecord(env.TASKS, id)).toBeNull();
  });

  it("messages of the queue that come again after the deletion bring nothing back", async () => {
    const id = await anEndedTask();
    await removeTask(id);
    for (const { body } of [...stage.queue.sent]) await env.TASK_QUEUE.send(body);
    await play(20);

    expect((await stage.poll(id)).status).toBe(404);
    expect(await keys()).toEqual([]);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a deletion while the images are copied is refused, and loses no image", async () => {
    const id = await stage.task({ n: 4 });
    let refused = 0;
    while ((await stage.view(id)).status !== "completed") {
      const { status } = await removeTask(id);
      expect(status).toBe(409);
      refused += 1;
      await stage.move();
    }

    expect(refused).toBeGreaterThan(2);
    expect((await keys()).filter((key) => !key.endsWith("/small"))).toHaveLength(4);
  });
});

it("a deletion costs no task anything: an owner without deletions has no more rows than before", async () => {
  await anEndedTask();
  const tables = await Promise.all((await storing()).map(tablesOf));

  expect(tables[0]?.outbox).toEqual([]);
  expect(tables[0]?.tasks).toHaveLength(1);
});
