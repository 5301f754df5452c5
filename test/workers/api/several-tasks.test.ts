/** More images than one job makes: several tasks of one request, waited for together and answered as one. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/index.ts";
import { anImage, base64Of, stagedBytes, stagedKeys } from "#test/workers/support/compositions.ts";
import { readEvents } from "#test/workers/support/sse.ts";
import { aBody, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import {
  decoded,
  type Images,
  skipPauses,
  startWaiting,
  storedImages,
  timePasses,
  until,
} from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const openAiPath = "/openai/v1/images/generations";
const editsPath = "/openai/v1/images/edits";
const unsaid = { prefer: "none" };
const aReference = (seed: number) => `data:image/png;base64,${base64Of(anImage(500, seed))}`;

type Sent = { path?: string; headers?: Record<string, string>; tasks?: number };

/** The call is made, and this many tasks are under way. */
async function begin(body: object, { path = openAiPath, headers = unsaid, tasks = 2 }: Sent = {}) {
  const pending = await startWaiting(stage, path, submitInit(stage.session, aBody(body), headers));
  await until(() => stage.created().length === tasks, `${tasks} tasks are under way`);
  return { ...pending, ids: stage.created() };
}

/** The answer to a call, whose tasks are brought to their ends meanwhile. */
async function answered(body: object, sent: Sent = {}) {
  const { ids, answer } = await begin(body, sent);
  for (const id of ids) await stage.end(id);
  return { ids, answer: await answer };
}

const imagesOf = async (answer: Response): Promise<Images> => {
  expect(answer.status).toBe(200);
  return answer.json();
};
const linksOf = ({ data }: Images) => data.map(({ url }) => url);
const linksTo = (id: string, count: number) =>
  Array.from({ length: count }, (_, index) => `https://api.test/images/${id}/${index}.png`);

describe("more images than one job makes", () => {
  it.each([
    ["dreamina-4.5", 10, [8, 2]],
    ["dreamina-5.0-pro", 10, [4, 4, 2]],
    ["dreamina-4.5", 9, [8, 1]],
  ])("%s: %i images are made by jobs of %j, and no more is paid", async (model, n, counts) => {
    const body = { model, n, resolution: "2k", response_format: "url" };
    const { ids, answer } = await answered(body, { tasks: counts.length });

    const told = await imagesOf(answer);
    expect(linksOf(told)).toEqual(ids.flatMap((id, place) => linksTo(id, counts[place] ?? 0)));
    expect(told).toMatchObject({ task_id: ids[0], task_ids: ids });
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${ids[0]}`);
    expect(stage.jobs().map(({ charged }) => charged)).toEqual(counts);
  });

  it("a model that makes four whatever is said gives as many as were asked for", async () => {
    const { answer } = await answered({ model: "dreamina-3.0", n: 6, response_format: "url" });
    expect((await imagesOf(answer)).data).toHaveLength(6);
  });

  it("images of several tasks come as base64 and links, in the same order", async () => {
    const { ids, answer } = await answered({ n: 9 });

    const stored = [...(await storedImages(ids[0] ?? "", 8)), ...(await storedImages(ids[1] ?? "", 1))];
    expect((await imagesOf(answer)).data.map(({ b64_json }) => decoded(b64_json))).toEqual(stored);
  });

  it("the tasks of an edit have the reference images each, and nothing of them is left at the end", async () => {
    const images = [aReference(1), aReference(2)];
    const { ids, answer } = await begin({ n: 10, images }, { path: editsPath });
    const staged = await stagedKeys();
    expect(staged.toSorted()).toEqual(ids.flatMap((id) => [`${id}/0`, `${id}/1`]).toSorted());
    for (const id of ids) expect(await stagedBytes(`${id}/1`)).toEqual(anImage(500, 2));
    for (const id of ids) await stage.end(id);

    expect((await imagesOf(await answer)).data).toHaveLength(10);
    expect(stage.jobs().map(({ inputs }) => inputs.map(({ crc32 }) => crc32))).toMatchObject([
      [expect.any(String), expect.any(String)],
      stage.jobs()[0]?.inputs.map(({ crc32 }) => crc32),
    ]);
    expect(await stagedKeys()).toEqual([]);
  });

  it("events of all tasks come in one stream", async () => {
    skipPauses();
    const body = aBody({ n: 10, stream: true, partial_images: 3 });
    const answer = await call(openAiPath, submitInit(stage.session, body, unsaid));
    const reading = readEvents(answer);
    const ids = stage.created();
    expect(ids).toHaveLength(2);
    for (const id of ids) await stage.end(id);
    await reading.ended;

    const events = reading.events.map(({ data }) => JSON.parse(data) as { type: string; b64_json: string });
    const completed = events.filter(({ type }) => type === "image_generation.completed");
    const stored = [...(await storedImages(ids[0] ?? "", 8)), ...(await storedImages(ids[1] ?? "", 2))];
    expect(completed.map(({ b64_json }) => decoded(b64_json))).toEqual(stored);
    const partial = reading.events.slice(0, events.length - completed.length).map(({ data }) => JSON.parse(data));
    expect(partial.map(({ partial_image_index }) => partial_image_index)).toEqual([0, 1, 2]);
    expect(new Set(partial.map(({ b64_json }) => b64_json)).size).toBe(3);
  });
});

describe("a request for more than one job makes, of a caller who does not wait", () => {
  it("who prefers the task is told all of them", async () => {
    const headers = { prefer: "respond-async" };
    const answer = await call(openAiPath, submitInit(stage.session, aBody({ n: 10 }), headers));

    const [first, second] = stage.created();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: first,
      task_id: first,
      task_ids: [first, second],
      message: expect.stringMatching(new RegExp(`2 tasks .*GET /v1/images/tasks/${first} .*GET .*${second}`)),
    });
  });

  it.each([
    ["the task API", submitPath, { prefer: "respond-async" }],
    ["an async address", "/v1/images/generations/async", unsaid],
    ["an async address under /openai/v1", `${openAiPath}/async`, unsaid],
  ])("more than one job makes is refused, with what one makes: %s", async (_what, path, headers) => {
    const answer = await call(path, submitInit(stage.session, aBody({ n: 10 }), headers));

    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error).toMatchObject({ code: "invalid_value", param: "n" });
    expect(error.message).toContain("1, 2, 3, 4, 5, 6, 7, 8");
    expect(stage.queue.sent).toEqual([]);
  });

  it("a wait that runs out is answered with all tasks, to who said that it waits", async () => {
    skipPauses();
    const { ids, answer, isAnswered } = await begin({ n: 10 }, { headers: { prefer: "wait=3" } });
    await stage.end(ids[0] ?? "");
    await timePasses(stage, isAnswered, "the time is up");

    expect((await answer).status).toBe(202);
    expect(await (await answer).json()).toMatchObject({ task_id: ids[0], task_ids: ids });
  });
});

describe("when not all tasks make their images", () => {
  const failsOnce = (times: number) => stage.simulator.addFault({ endpoint: "submit", fault: "ret-2038", times });

  it("the images that were made are delivered", async () => {
    failsOnce(1);
    const { ids, answer } = await answered({ n: 10 });

    const told = await imagesOf(answer);
    expect(linksOf(told)).toEqual(linksTo(ids[1] ?? "", 2));
    expect(told).toMatchObject({ task_id: ids[0], task_ids: ids });
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${ids[0]}`);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a failure of all of them names them all, and is not to be repeated", async () => {
    failsOnce(2);
    const { ids, answer } = await answered({ n: 10 });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: "prompt_moderated", task_id: ids[0], task_ids: ids },
    });
    expect(answer.headers.get("x-should-retry")).toBe("false");
  });

  it("a caller that did not ask to wait gets the stored images when the time is up", async () => {
    skipPauses();
    const { ids, answer, isAnswered } = await begin({ n: 10, response_format: "url" });
    await stage.end(ids[1] ?? "");
    await timePasses(stage, isAnswered, "the time is up", 5);

    const told = await imagesOf(await answer);
    expect(linksOf(told)).toEqual(linksTo(ids[1] ?? "", 2));
    expect(told.task_ids).toEqual(ids);
  });

  it("a task that cannot be created leaves the ones before it", async () => {
    const { create } = Coordinator.prototype;
    let calls = 0;
    vi.spyOn(Coordinator.prototype, "create").mockImplementation(async function (this: Coordinator, task) {
      calls += 1;
      if (calls > 1) throw new Error("Network connection lost.");
      return create.call(this, task);
    });
    const { answer } = await answered({ n: 10, response_format: "url" }, { tasks: 1 });

    expect((await imagesOf(answer)).data).toHaveLength(8);
  });

  it("of tasks that were not created, only the one that may be there after all keeps reference images", async () => {
    const { create } = Coordinator.prototype;
    vi.spyOn(Coordinator.prototype, "create").mockImplementation(async function (this: Coordinator, task) {
      if (task.request.count !== 4 || stage.created().length > 0) throw new Error("Network connection lost.");
      return create.call(this, task);
    });
    const body = { n: 10, model: "dreamina-5.0-pro", resolution: "2k", image: aReference(1) };
    const { ids } = await begin(body, { path: editsPath, tasks: 1, headers: { prefer: "respond-async" } });

    const kept = await stagedKeys();
    expect(kept).toHaveLength(2);
    expect(kept).toContain(`${ids[0]}/0`);
  });
});

describe("a repeated request for several tasks", () => {
  const key = { ...unsaid, "idempotency-key": "order 7" };
  const repeat = (headers: Record<string, string>, body: object = {}) =>
    call(openAiPath, submitInit(stage.session, aBody({ n: 10, ...body }), headers));

  it("a repeated key joins all tasks", async () => {
    const { ids, answer } = await answered({ n: 10 }, { headers: key });
    const again = await repeat(key);

    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await answer.json());
    expect(stage.created()).toEqual(ids);
  });

  it("a repeated key with another number is refused before anything is made", async () => {
    await answered({ n: 10 }, { headers: key });
    const again = await repeat(key, { n: 9 });

    expect(again.status).toBe(409);
    expect(stage.created()).toHaveLength(2);
  });

  it("a key of one task is refused for several, before anything is made", async () => {
    await call(openAiPath, submitInit(stage.session, aBody(), { ...key, prefer: "respond-async" }));
    const again = await repeat(key);

    expect(again.status).toBe(409);
    expect(stage.created()).toHaveLength(1);
  });

  it("a client's next attempt joins all tasks of the first", async () => {
    const tryOf = (count: string) => ({ ...unsaid, "x-stainless-retry-count": count });
    const { ids, answer } = await answered({ n: 10 }, { headers: tryOf("0") });

    expect(await (await repeat(tryOf("1"))).json()).toEqual(await answer.json());
    expect(stage.created()).toEqual(ids);
  });

  it("a repeated edit joins all tasks, and its images are kept once for each", async () => {
    const body = { n: 10, image: aReference(1) };
    const headers = { ...key, prefer: "respond-async" };
    const send = () => call(editsPath, submitInit(stage.session, aBody(body), headers));
    const first = (await (await send()).json()) as { task_ids: string[] };
    const kept = await stagedKeys();

    expect(await (await send()).json()).toMatchObject({ task_ids: first.task_ids });
    expect(await stagedKeys()).toEqual(kept);
    expect(kept).toHaveLength(2);
  });
});
