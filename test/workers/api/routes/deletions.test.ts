/** Deleting for good: a task, several, one image. Only by its readers, only once it has ended, and for every route. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { getRecord, putRecord } from "#shared/task/records.ts";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { aReceiver, receiverUrl, withStatus } from "#test/workers/support/receiver.ts";
import {
  aSession,
  call,
  coordinators,
  type Stage,
  setStage,
  submitInit,
  type View,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const daySeconds = 24 * 60 * 60;
const by = (session: string) => ({ headers: { authorization: `Bearer ${session}` } });

const remove = (path: string, session = stage.session) => call(path, { method: "DELETE", ...by(session) });
const removeTask = (id: string, session = stage.session) => remove(`/v1/images/tasks/${id}`, session);
const statusOf = async (answer: Promise<Response>) => (await answer).status;
const codeOf = async (answer: Promise<Response>) =>
  ((await (await answer).json()) as { error: { code: string } }).error.code;

type Left = View & { deleted_images?: number[]; request?: object };
type Listed = { data: ({ id: string } & Left)[]; has_more: boolean };

async function listed(query = ""): Promise<string[]> {
  const answer = await call(`/v1/images/tasks${query}`, by(stage.session));
  return ((await answer.json()) as Listed).data.map(({ id }) => id);
}

async function anEndedTask(body: object = {}): Promise<string> {
  const id = await stage.task(body);
  await stage.end(id);
  return id;
}

/** Everything the stores have of a task. */
async function storedOf(id: string) {
  const { objects } = await env.IMAGES.list({ prefix: id });
  return { images: objects.map(({ key }) => key), record: await getRecord(env.TASKS, id) };
}
const nothing = { images: [], record: null };
/** The keys of images, each with its small version. */
const andSmall = (...keys: string[]) => keys.flatMap((key) => [key, `${key}/small`]);

/** Until the coordinator has forgotten the rows of what has ended by now. */
async function twoDaysLater(): Promise<void> {
  stage.advance(2 * daySeconds);
  for (const stub of coordinators()) await runDurableObjectAlarm(stub);
}

describe("a deleted task", () => {
  it("a deleted task is gone: its record, its images and the versions beside them, its place in every list", async () => {
    const [id, other] = [await anEndedTask({ n: 2 }), await anEndedTask()];
    expect((await storedOf(id)).images).toEqual(andSmall(`${id}/0`, `${id}/1`));
    const { submit_id, images = [] } = await stage.view(id);

    const answer = await removeTask(id);

    expect([answer.status, await answer.json()]).toEqual([200, { id, object: "image.generation.task", deleted: true }]);
    expect(await storedOf(id)).toEqual(nothing);
    expect(await statusOf(stage.poll(id))).toBe(404);
    for (const image of [...images, `/images/${id}/0/small`]) expect(await statusOf(call(image))).toBe(404);
    expect(await listed()).toEqual([other]);
    expect(await listed("?status=completed")).toEqual([other]);
    const search = submitInit(stage.session, { submit_ids: [submit_id] });
    expect(await (await call("/v1/images/history", search)).json()).toMatchObject({ data: [] });
    const events = call(`/v1/images/tasks/${id}/events`, by(stage.session));
    expect(await statusOf(events)).toBe(404);
    const cancel = call(`/v1/images/tasks/${id}/cancel`, { method: "POST", ...by(stage.session) });
    expect(await statusOf(cancel)).toBe(404);
    expect((await storedOf(other)).images).toEqual(andSmall(`${other}/0`));
  });

  it.each([
    ["failed", { prompt: "sim:output-moderated" }],
    ["cancelled", {}],
  ])("a %s task can be deleted", async (how, body) => {
    const id = await stage.task(body);
    if (how === "cancelled") await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", ...by(stage.session) });
    await stage.end(id);

    expect(await statusOf(removeTask(id))).toBe(200);
    expect(await storedOf(id)).toEqual(nothing);
    expect(await listed()).toEqual([]);
  });

  it("a task that only its record is left of can be deleted, and a page that begins after it goes on", async () => {
    const ids = [await anEndedTask(), await anEndedTask(), await anEndedTask()];
    await twoDaysLater();

    expect(await statusOf(removeTask(ids[1] ?? ""))).toBe(200);
    expect(await storedOf(ids[1] ?? "")).toEqual(nothing);
    expect(await listed()).toEqual([ids[2], ids[0]]);
    expect(await listed(`?after=${ids[1]}`)).toEqual([ids[0]]);
  });

  it("deleted again, a task is unknown, also when its record is still seen elsewhere", async () => {
    const [early, late] = [await anEndedTask(), await anEndedTask()];
    const records = [await getRecord(env.TASKS, early), await getRecord(env.TASKS, late)];
    await removeTask(late);
    await twoDaysLater();
    await removeTask(early);
    // KV shows a deleted value for up to a minute.
    for (const record of records) if (record !== null) await putRecord(env.TASKS, record, Date.now());

    for (const id of [early, late]) {
      expect(await statusOf(stage.poll(id))).toBe(404);
      expect(await codeOf(removeTask(id))).toBe("not_found");
    }
    expect(await listed()).toEqual([]);
  });

  it("another caller's task is unknown, and stays", async () => {
    const id = await anEndedTask();

    expect(await codeOf(removeTask(id, aSession()))).toBe("not_found");
    expect(await codeOf(remove(`/images/${id}/0`, aSession()))).toBe("not_found");
    expect(await statusOf(call(`/v1/images/tasks/${id}`, { method: "DELETE" }))).toBe(401);
    expect(await statusOf(call(`/images/${id}/0`, { method: "DELETE" }))).toBe(401);
    expect(await codeOf(removeTask("imgtask_V1StGXR8_Z5jdHi6B-myT"))).toBe("not_found");
    expect(await codeOf(removeTask("x"))).toBe("not_found");
    expect(await stage.view(id)).toMatchObject({ status: "completed" });
  });

  it("a caller with one session of a task of several deletes it for all of them", async () => {
    const sessions = [aSession(), aSession()];
    const answer = await call("/v1/images/generations", submitInit(sessions.join(), { prompt: "x", resolution: "1k" }));
    const { id } = (await answer.json()) as { id: string };
    await stage.end(id, sessions.join());

    expect(await statusOf(removeTask(id, sessions[1]))).toBe(200);
    for (const session of [...sessions, sessions.join()]) {
      expect(await statusOf(stage.poll(id, session))).toBe(404);
    }
  });

  it("a live task is refused with words that say what to do, and goes on", async () => {
    const id = await stage.task();

    expect(await (await removeTask(id)).json()).toMatchObject({
      error: { code: "not_finished", message: "The task has not ended; cancel it first, or wait for its end." },
    });
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect((await storedOf(id)).images).toEqual(andSmall(`${id}/0`));
  });

  it("the Idempotency-Key of a deleted task makes no second task, and says so; an equal request without one does", async () => {
    const id = await anEndedTask();
    const keyed = { "idempotency-key": "once" };
    const first = ((await (await stage.submit({}, keyed)).json()) as { id: string }).id;
    await stage.end(first);
    await removeTask(first);
    await removeTask(id);

    const again = await stage.submit({}, keyed);
    expect([again.status, await again.json()]).toMatchObject([409, { error: { code: "idempotency_conflict" } }]);
    expect(await codeOf(stage.submit({ prompt: "another" }, keyed))).toBe("idempotency_conflict");
    expect(stage.jobs()).toHaveLength(2);
    expect(await statusOf(stage.submit())).toBe(200);
  });

  it("a delivery about a deleted task that waits is not sent", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    const id = await stage.task({ webhook: { url: receiverUrl } });
    await stage.end(id);
    await removeTask(id);
    const sent = receiver.received.length;
    receiver.answers(withStatus(204));
    await twoDaysLater();

    expect(receiver.received.length).toBeLessThanOrEqual(sent + 1);
    expect(JSON.stringify(await (await call("/v1/webhooks/deliveries", by(stage.session))).json())).not.toContain(id);
  });
});

describe("many tasks at once", () => {
  const many = (ids: unknown) =>
    call("/v1/images/tasks/delete", submitInit(stage.session, typeof ids === "string" ? ids : { ids }));

  it("each id is answered by itself, in order, and once", async () => {
    const [done, live] = [await anEndedTask(), await stage.task()];
    const foreign = "imgtask_V1StGXR8_Z5jdHi6B-myT";

    const answer = await many([live, done, foreign, "nonsense", done]);

    const { data } = (await answer.json()) as { data: { id: string; deleted: boolean; error?: { code: string } }[] };
    expect(data.map(({ id, deleted, error }) => [id, deleted, error?.code])).toEqual([
      [live, false, "not_finished"],
      [done, true, undefined],
      [foreign, false, "not_found"],
      ["nonsense", false, "not_found"],
    ]);
    expect(await storedOf(done)).toEqual(nothing);
    expect(await listed()).toEqual([live]);
  });

  it("a hundred tasks go in one request, with all their images", async () => {
    const { id } = await batchCalls(stage).create(someRequests(12));
    await batchCalls(stage).end(id);
    const tasks = (await batchCalls(stage).results(id)).map(({ task_id }) => task_id);
    const ids = [...tasks, await anEndedTask()];

    const answer = (await (await many(ids)).json()) as { data: { deleted: boolean }[] };
    expect(answer.data.map(({ deleted }) => deleted)).toEqual(ids.map(() => true));
    while (await stage.move()) if ((await env.IMAGES.list()).objects.length === 0) break;
    expect((await env.IMAGES.list()).objects).toEqual([]);
  });

  it.each([
    ["no ids", []],
    ["more than a hundred", Array.from({ length: 101 }, (_, index) => `imgtask_${index}`)],
    ["what are no texts", [1]],
    ["no list", 7],
    ["no JSON", "{"],
  ])("a request with %s deletes nothing", async (_what, ids) => {
    const id = await anEndedTask();

    expect(await statusOf(many(ids))).toBe(400);
    expect((await storedOf(id)).images).toEqual(andSmall(`${id}/0`));
  });
});

describe("one image", () => {
  it.each([
    ["right after its end", async () => {}],
    ["when only the record is left", twoDaysLater],
  ])("a deleted image is gone, and its task names it and keeps the others: %s", async (_when, wait) => {
    const id = await anEndedTask({ n: 3 });
    await wait();

    const answer = await remove(`/images/${id}/1.png`);

    expect([answer.status, await answer.json()]).toEqual([
      200,
      { task_id: id, index: 1, object: "image", deleted: true },
    ]);
    const left = (await stage.view(id)) as Left;
    expect(left).toMatchObject({ status: "completed", deleted_images: [1] });
    expect(left.images?.map((link) => new URL(link).pathname)).toEqual([`/images/${id}/0.png`, `/images/${id}/2.png`]);
    const { images, record } = await storedOf(id);
    expect(images).toEqual(andSmall(`${id}/0`, `${id}/2`));
    expect(record).toMatchObject({ deletedImages: [1], images: [{ index: 0 }, { index: 2 }] });
    expect(await codeOf(remove(`/images/${id}/1`))).toBe("not_found");
    expect(await codeOf(remove(`/images/${id}/9`))).toBe("not_found");
    expect(await codeOf(remove(`/images/${id}/x`))).toBe("not_found");
  });

  it("the image with the number 1 is deleted, not the one with the number 10", async () => {
    const id = await anEndedTask({ n: 2 });
    for (const key of andSmall(`${id}/10`)) await env.IMAGES.put(key, "another image");
    await remove(`/images/${id}/1`);

    expect((await storedOf(id)).images).toEqual(andSmall(`${id}/0`, `${id}/10`));
  });

  it("images that are deleted one after another stay deleted, although each reads a record of before", async () => {
    const id = await anEndedTask({ n: 3 });
    await twoDaysLater();
    const before = await getRecord(env.TASKS, id);
    await remove(`/images/${id}/0`);
    // KV shows the former value for up to a minute.
    if (before !== null) await putRecord(env.TASKS, before, Date.now());
    await remove(`/images/${id}/2`);

    const list = (await (await call("/v1/images/tasks", by(stage.session))).json()) as Listed;
    for (const left of [(await stage.view(id)) as Left, list.data[0]]) {
      expect(left).toMatchObject({ deleted_images: [0, 2] });
      expect(left?.images).toHaveLength(1);
    }
  });

  it("a task whose images are all deleted is still there, with its request, and can be deleted", async () => {
    const id = await anEndedTask();
    await remove(`/images/${id}/0`);

    expect(await stage.view(id)).toMatchObject({ status: "completed", data: [], request: { prompt: "a lighthouse" } });
    expect(await statusOf(removeTask(id))).toBe(200);
    expect(await storedOf(id)).toEqual(nothing);
  });

  it("an image of a live task is not deleted", async () => {
    const id = await stage.task();

    expect(await codeOf(remove(`/images/${id}/0`))).toBe("not_finished");
  });

  it("only the pages that may call the API may delete images; any page may show them", async () => {
    const from = { origin: "https://elsewhere.example" };
    const bindings = { CORS_ORIGINS: "https://mine.example" };
    const id = await anEndedTask();
    const preflight = { method: "OPTIONS", headers: { ...from, "access-control-request-method": "DELETE" } };

    const asked = await call(`/images/${id}/0`, preflight, bindings);
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
    const shown = await call(`/images/${id}/0`, { headers: from }, bindings);
    expect(shown.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("a task of a batch", () => {
  async function anEndedBatch(requests: object[]) {
    const batch = batchCalls(stage);
    const { id } = await batch.create(requests);
    await batch.end(id);
    return { id, ...batch, lines: await batch.results(id) };
  }

  it.each([
    ["right after its end", async () => {}],
    ["days later", twoDaysLater],
  ])("a deleted task of a batch is in no list and no results of it, %s", async (_when, wait) => {
    const { id, results, get, view, lines } = await anEndedBatch(someRequests(3));
    const task = lines[1]?.task_id ?? "";
    await wait();

    expect(await statusOf(removeTask(task))).toBe(200);

    expect((await results(id)).map(({ custom_id }) => custom_id)).toEqual(["c0", "c2"]);
    for (const query of ["", "?limit=1", "?status=completed&limit=1"]) {
      const page = (await (await get(`/${id}/tasks${query}`)).json()) as Listed;
      expect(page.data.map((one) => one.id)).not.toContain(task);
      expect(page.has_more).toBe(query !== "");
    }
    expect(await view(id)).toMatchObject({ request_counts: { completed: 3 } });
    expect(await statusOf(stage.poll(task))).toBe(404);
    expect(await codeOf(removeTask(task))).toBe("not_found");
    expect((await storedOf(task)).images).toEqual([]);
  });

  it("a deleted image of a batch is in its results no more", async () => {
    const { id, results, lines } = await anEndedBatch(someRequests(1, () => ({ n: 2 })));
    const task = lines[0]?.task_id ?? "";

    expect(await statusOf(remove(`/images/${task}/0`))).toBe(200);
    expect((await results(id))[0]?.images).toHaveLength(1);
    expect(await stage.view(task)).toMatchObject({ deleted_images: [0] });
  });

  it("a failed request whose task was deleted is not made again; the others are", async () => {
    const { id, change, lines } = await anEndedBatch(someRequests(2, () => ({ prompt: "sim:output-moderated" })));
    await removeTask(lines[0]?.task_id ?? "");

    expect(await change(id, "retry")).toMatchObject({ request_counts: { waiting: 0, processing: 1, failed: 1 } });
  });

  it("a waiting request is refused, and one that was cancelled while it waited can be deleted", async () => {
    const batch = batchCalls(stage);
    const { id } = await batch.create(someRequests(8));
    const waiting = async () => (await batch.results(id)).at(-1)?.task_id ?? "";
    expect(await codeOf(removeTask(await waiting()))).toBe("not_finished");

    await batch.change(id, "cancel");
    await batch.end(id);
    const last = await waiting();
    expect(await statusOf(removeTask(last))).toBe(200);
    expect(await statusOf(stage.poll(last))).toBe(404);
    expect(await batch.results(id)).toHaveLength(7);
  });
});
