/** The request of a task is kept with its record, sealed: its readers get it back, and no one else can. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { getRecord, putRecord, taskKey } from "#shared/task/records.ts";
import type { KeptRequest } from "#shared/wire/kept-request.ts";
import { batchCalls, batchesPath, someRequests } from "#test/workers/support/batches.ts";
import { anImage, base64Of, compositionsPath } from "#test/workers/support/compositions.ts";
import { aKey, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import { startWaiting, until } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const prompt = "a very private lighthouse 狐 🦊";
const dayMs = 24 * 60 * 60 * 1000;

type Seen = { id: string; status: string; request?: KeptRequest; seed?: number; input_images?: number };

const ask = async <T = Seen>(path: string, session: string, bindings: object = {}): Promise<T> =>
  (await call(path, { headers: { authorization: `Bearer ${session}` } }, bindings)).json();

const poll = (id: string, session: string, bindings: object = {}) => ask(`/v1/images/tasks/${id}`, session, bindings);

async function submit(session: string, body: object, bindings: object = {}, path = submitPath): Promise<string> {
  const answer = await call(path, submitInit(session, body), bindings);
  return ((await answer.json()) as { id: string }).id;
}

const written = {
  ...{ prompt, model: "dreamina-4.5", ratio: "16:9", resolution: "1k", n: 2, seed: 7 },
  ...{ negative_prompt: "boats", sample_strength: 0.25 },
};

describe("a task", () => {
  it("a task shows its request while it runs, when it has ended, in lists and in searches", async () => {
    const id = await submit(stage.session, written);
    expect(await poll(id, stage.session)).toMatchObject({ status: "pending", request: written, input_images: 0 });

    await stage.end(id);
    const { submit_id } = await stage.view(id);
    const list = await ask<{ data: Seen[] }>("/v1/images/tasks", stage.session);
    const search = submitInit(stage.session, { submit_ids: [submit_id] });
    const found = (await (await call("/v1/images/history", search)).json()) as { data: Seen[] };

    for (const seen of [await poll(id, stage.session), list.data[0], found.data[0]]) {
      expect(seen?.request).toEqual(written);
    }
  });

  it("a task shows its request from its record, long after its coordinator has forgotten it", async () => {
    const id = await submit(stage.session, written);
    await stage.end(id);
    stage.advance((2 * dayMs) / 1000);
    while (await stage.move()) if (Date.now() > Date.UTC(2031, 0, 5)) break;

    expect((await poll(id, stage.session)).request).toEqual(written);
  });

  it("a task has the seed that was drawn beside its request, which has the fields that its caller wrote", async () => {
    const id = await submit(stage.session, { prompt, size: "1024x1024", num_images: 3 });

    const { request, seed } = await poll(id, stage.session);
    expect(request).toEqual({ prompt, model: "dreamina-4.5", size: "1024x1024", n: 3 });
    expect(seed).toEqual(expect.any(Number));
  });

  it("a request sent again as it was kept, with its seed, asks for the same images", async () => {
    const first = await poll(await submit(stage.session, { prompt, resolution: "1k" }), stage.session);
    const again = await poll(await submit(stage.session, { ...first.request, seed: first.seed }), stage.session);

    expect(again.request).toEqual({ ...first.request, seed: first.seed });
    expect(again.seed).toBe(first.seed);
  });

  it("a seed is not named where none was sent", async () => {
    const body = { prompt, images: [base64Of(anImage(400, 1))] };
    const composition = await submit(stage.session, body, {}, compositionsPath);
    expect(await poll(composition, stage.session)).not.toHaveProperty("seed");
    const key = aKey();
    const paid = await submit(key, { prompt, model: "seedream-4.5" });
    expect(await poll(paid, key)).not.toHaveProperty("seed");
  });

  it("each task of a request of several has its own number of images and seed", async () => {
    const init = submitInit(stage.session, { ...written, n: 9 }, { prefer: "none" });
    const { answer } = await startWaiting(stage, "/openai/v1/images/generations", init);
    await until(() => stage.created().length === 2, "two tasks are under way");
    const ids = stage.created();
    for (const id of ids) await stage.end(id);
    await answer;

    const views = await Promise.all(ids.map((id) => poll(id, stage.session)));
    expect(views.map(({ request, seed }) => [request?.n, seed])).toEqual([
      [8, 7],
      [1, 8],
    ]);
  });

  it("a composition keeps how many reference images it had, not the images", async () => {
    const images = [anImage(400, 1), anImage(400, 2)].map(base64Of);
    const id = await submit(stage.session, { prompt, images }, {}, compositionsPath);

    expect(await poll(id, stage.session)).toMatchObject({ request: { prompt }, input_images: 2 });
    const record = JSON.stringify(await getRecord(env.TASKS, id));
    expect(record.length).toBeLessThan(3_000);
  });

  it("a task of several sessions shows its request to a caller with any one of them", async () => {
    const sessions = [aSession(), aSession(), aSession()];
    const id = await submit(sessions.join(), written);

    for (const session of sessions) expect((await poll(id, session)).request).toEqual(written);
    expect((await call(`/v1/images/tasks/${id}`, { headers: { authorization: aSession() } })).status).toBe(404);
  });

  it("a task of an official key shows its request to that key", async () => {
    stage = setStage({ arkSeconds: 0 });
    const key = aKey();
    const id = await submit(key, { prompt, model: "seedream-5.0-flash" });
    await stage.end(id, key);

    expect((await poll(id, key)).request).toMatchObject({ prompt, model: "seedream-5.0-flash" });
  });

  it("a task of an API key shows its request to that key, whatever sessions the server has by then", async () => {
    const key = "sk-alice-0123456789abcdef";
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
    const settings = (sessions: string) => ({ API_KEYS: hash.toHex(), DEFAULT_CREDENTIALS: sessions });
    const id = await submit(key, written, settings(aSession()));

    expect((await poll(id, key, settings(aSession()))).request).toEqual(written);
  });

  it("no request is kept where the operator keeps none", async () => {
    const id = await submit(stage.session, written, { KEEP_PROMPTS: "false" });
    await stage.end(id);

    expect(await poll(id, stage.session)).not.toHaveProperty("request");
    expect(await getRecord(env.TASKS, id)).not.toHaveProperty("sealedRequest");
  });

  it("a sealed request that was put into another task's record is not shown there", async () => {
    const [id, other] = [
      await submit(stage.session, written),
      await submit(stage.session, { ...written, prompt: "x" }),
    ];
    for (const one of [id, other]) await stage.end(one);
    const [record, foreign] = [await getRecord(env.TASKS, id), await getRecord(env.TASKS, other)];
    if (record === null || foreign?.sealedRequest === undefined) throw new Error("no records");
    await putRecord(env.TASKS, { ...record, sealedRequest: foreign.sealedRequest }, Date.now());
    stage.advance((2 * dayMs) / 1000);
    while (await stage.move()) if (Date.now() > Date.UTC(2031, 0, 5)) break;

    expect(await poll(id, stage.session)).toEqual(expect.not.objectContaining({ request: expect.anything() }));
    expect(stage.logs.join()).toContain("request_unreadable");
    expect(stage.logs.join()).not.toContain("private");
  });
});

describe("a batch", () => {
  it("each task of a batch shows its request: while it waits, when it has ended, and in the list of the batch", async () => {
    const batch = batchCalls(stage);
    const { id } = await batch.create(someRequests(8, (index) => ({ prompt: `${prompt} ${index}` })));
    const tasks = () => ask<{ data: Seen[] }>(`${batchesPath}/${id}/tasks`, stage.session);
    const prompts = async () => (await tasks()).data.map(({ request }) => request?.prompt);
    const expected = Array.from({ length: 8 }, (_, index) => `${prompt} ${index}`);
    expect(await prompts()).toEqual(expected);

    await batch.end(id);
    expect(await prompts()).toEqual(expected);
    const [first] = (await tasks()).data;
    expect((await poll(first?.id ?? "", stage.session)).request).toMatchObject({ prompt: `${prompt} 0`, n: 1 });
  });

  it("a request that is made again keeps its words under its new task", async () => {
    const batch = batchCalls(stage);
    const { id } = await batch.create(someRequests(1, () => ({ prompt: "sim:output-moderated" })));
    await batch.end(id);
    await batch.change(id, "retry");

    const { data } = await ask<{ data: Seen[] }>(`${batchesPath}/${id}/tasks`, stage.session);
    expect(data[0]?.request?.prompt).toBe("sim:output-moderated");
  });

  it("the pointer of a batch in KV, and the results, have nothing of the requests", async () => {
    const batch = batchCalls(stage);
    const { id } = await batch.create(someRequests(1, () => ({ prompt })));
    await batch.end(id);

    expect(await env.TASKS.get(`batch:${id}`)).not.toContain("v1.");
    expect(JSON.stringify(await batch.results(id))).not.toMatch(/private|prompt/);
  });
});

it("a record with the longest prompts stays below 160 KB", async () => {
  const longest = "狐".repeat(8_000);
  const id = await submit(stage.session, { ...written, prompt: longest, negative_prompt: longest });
  await stage.end(id);

  const value = (await env.TASKS.get(taskKey(id))) ?? "";
  expect(value.length).toBeGreaterThan(48_000);
  expect(value.length).toBeLessThan(160_000);
  expect((await poll(id, stage.session)).request?.prompt).toBe(longest);
});
