/** Callers who wait get the images themselves, in OpenAI's words. */
import { env } from "cloudflare:workers";
import OpenAI from "openai";
import { beforeEach, describe, expect, it } from "vitest";
import {
  addressesFetched,
  anImage,
  base64Of,
  compositionsPath,
  serve,
  stagedKeys,
} from "#test/workers/support/compositions.ts";
import { aPool } from "#test/workers/support/pool.ts";
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
import {
  decoded,
  generate,
  generated,
  type Images,
  startWaiting,
  storedImages,
  until,
} from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const noTokens = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
};
const unsaid = { prefer: "none" };
const editsPath = "/v1/images/edits";
const aReference = () => `data:image/png;base64,${base64Of(anImage())}`;

/** The answer to a call that waits, and its task, which is brought to its end meanwhile. */
async function waited(path: string, body: object, headers: Record<string, string> = unsaid) {
  const { id, answer } = await startWaiting(stage, path, submitInit(stage.session, body, headers));
  await stage.end(id);
  return { id, answer: await answer };
}

async function imagesOf(answer: Response): Promise<Images> {
  expect(answer.status).toBe(200);
  return answer.json();
}

it("OpenAI's own package gets more images than one batch of the upstream has, from one job", async () => {
  const openai = new OpenAI({
    apiKey: stage.session,
    baseURL: "https://api.test/v1",
    fetch: (input, init) => call(String(input), { ...init, headers: { prefer: "none", ...headersOf(init) } }),
  });
  const answer = openai.images.generate({ prompt: "a lighthouse", n: 6, quality: "low", response_format: "url" });
  await until(() => stage.created().length > 0, "a task is under way");
  await stage.end(stage.created()[0] ?? "");

  expect(new Set((await answer).data?.map(({ url }) => url)).size).toBe(6);
  expect(stage.jobs()).toMatchObject([{ charged: 6 }]);
});

const headersOf = (init: RequestInit | undefined) => Object.fromEntries(new Headers(init?.headers));

describe("a caller who waits", () => {
  it("a waiting caller gets links, and nothing that could be taken for an error", async () => {
    const { id, answer } = await generated(stage, { n: 2 });
    const view = (await (await stage.poll(id)).json()) as { completed_at: number };

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      created: view.completed_at,
      data: [0, 1].map((index) => ({ url: `https://api.test/images/${id}/${index}.png` })),
      output_format: "png",
      usage: noTokens,
      task_id: id,
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": expect.stringMatching(/^application\/json/),
      "cache-control": "no-store",
      location: `/v1/images/tasks/${id}`,
      vary: expect.stringMatching(/\bPrefer\b/),
      "x-request-id": expect.any(String),
      "access-control-allow-origin": "*",
    });
    expect(answer.headers.get("retry-after")).toBeNull();
    expect(await storedImages(id, 2)).toHaveLength(2);
  });

  it("a waiting caller gets the stored bytes as base64, and no links, when it asks for that", async () => {
    const { id, answer } = await waited(submitPath, aBody({ n: 2, response_format: "b64_json" }));

    const body = await imagesOf(answer);
    expect(Object.keys(body)).toEqual(["created", "data", "output_format", "usage", "task_id"]);
    expect(body.data.map((one) => Object.keys(one))).toEqual([["b64_json"], ["b64_json"]]);
    expect(body.data.map(({ b64_json }) => decoded(b64_json))).toEqual(await storedImages(id, 2));
    expect(body).toMatchObject({ usage: noTokens, task_id: id });
  });

  it.each([
    ["a request under /openai/v1", "/openai/v1/images/generations", { model: "dreamina-4.0" }],
    ["an edit under /openai/v1", "/openai/v1/images/edits", { image: aReference() }],
    ["a model of OpenAI's", submitPath, { model: "gpt-image-1" }],
    ["a model of OpenAI's with reference images", compositionsPath, { model: "gpt-image-1", images: [aReference()] }],
  ])("an answer to %s has both link and base64, as clients may read either", async (_what, path, fields) => {
    const { id, answer } = await waited(path, aBody(fields));

    const { data } = await imagesOf(answer);
    expect(data).toEqual([{ url: `https://api.test/images/${id}/0.png`, b64_json: expect.any(String) }]);
    expect([decoded(data[0]?.b64_json)]).toEqual(await storedImages(id, 1));
  });

  it.each(["url", "b64_json"] as const)("an answer to an edit has only what it names: %s", async (response_format) => {
    const { answer } = await waited(editsPath, aBody({ image: aReference(), response_format }));

    expect((await imagesOf(answer)).data.map((one) => Object.keys(one))).toEqual([[response_format]]);
  });

  it("an edit is answered with links where nothing asks for base64", async () => {
    const { answer } = await waited(editsPath, aBody({ image: aReference() }));

    expect((await imagesOf(answer)).data.map((one) => Object.keys(one))).toEqual([["url"]]);
  });

  it("an edit for a model of OpenAI's, sent as a form, is answered with both link and base64", async () => {
    const form = new FormData();
    form.set("prompt", "make it night");
    form.set("model", "gpt-image-1");
    form.set("n", "1");
    form.set("size", "1024x1024");
    form.append("image[]", new File([anImage()], "a.png", { type: "image/png" }));
    const init = { method: "POST", headers: { authorization: `Bearer ${stage.session}`, ...unsaid }, body: form };
    const { id, answer } = await startWaiting(stage, editsPath, init);
    await stage.end(id);

    const { data } = await imagesOf(await answer);
    expect(data).toEqual([{ url: expect.any(String), b64_json: expect.any(String) }]);
    expect(stage.jobs()[0]?.inputs).toHaveLength(1);
  });

  it("a waiting caller gets links at the address of the public bucket", async () => {
    const bindings = { PUBLIC_IMAGE_BASE_URL: "https://pics.example/" };
    const init = submitInit(stage.session, aBody(), { prefer: "wait" });
    const { id, answer } = await startWaiting(stage, submitPath, init, bindings);
    await stage.end(id);

    expect((await imagesOf(await answer)).data).toEqual([{ url: `https://pics.example/${id}/0` }]);
  });

  it("the time in an answer is when the images were ready, not when the call was made", async () => {
    const calledAt = Math.floor(Date.now() / 1000);
    const { answer } = await generated(stage);

    expect((await imagesOf(answer)).created).toBeGreaterThan(calledAt);
  });
});

describe("the format of images", () => {
  const chinese = "demo-cn-plain-formats";

  it("an answer says the format that the images are stored in", async () => {
    const body = aBody({ output_format: "png" });
    const { id, answer } = await startWaiting(stage, submitPath, submitInit(chinese, body, unsaid));
    await stage.end(id, chinese);

    const told = await imagesOf(await answer);
    expect(told.output_format).toBe("png");
    const stored = await env.IMAGES.head(`${id}/0`);
    expect(stored?.httpMetadata?.contentType).toBe(`image/${told.output_format}`);
  });

  it.each([
    ["a format that the site does not make", { output_format: "webp" }, "output_format", "jpeg"],
    ["a format that only another site makes", { output_format: "png" }, "output_format", "jpeg"],
    ["an unknown format", { output_format: "tiff" }, "output_format", "png"],
    ["a transparent background", { background: "transparent" }, "background", "opaque"],
  ])("%s is refused before anything is spent, with the allowed values", async (_what, fields, param, words) => {
    const answer = await call(submitPath, submitInit(stage.session, aBody(fields), unsaid));

    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error).toMatchObject({ code: "invalid_value", param });
    expect(error.message).toContain(words);
    expect(await storing()).toEqual([]);
  });
});

describe("the number of images", () => {
  it.each([1, 3])("a caller gets the %i images it asked for, though the model makes four", async (n) => {
    const { id, answer } = await waited(submitPath, aBody({ model: "dreamina-3.0", n }));

    expect((await imagesOf(answer)).data).toHaveLength(n);
    expect((await stage.view(id)).images).toHaveLength(4);
  });

  it("a caller that names no number gets all images", async () => {
    const { answer } = await waited("/sync/v1/images/generations", aBody({ n: null }));
    expect((await imagesOf(answer)).data).toHaveLength(4);
  });

  it.each([
    ["the base /openai/v1", "/openai/v1/images/generations", {}, {}],
    ["a form under /openai/v1", "/openai/v1/images/edits", { image: aReference() }, {}],
    ["OpenAI's own client", submitPath, {}, { "x-stainless-lang": "js" }],
    ["a model name of OpenAI's", submitPath, { model: "dall-e-3" }, {}],
  ])("one image is made and paid when a caller made for OpenAI names no number: %s", async (...given) => {
    const [, path, fields, headers] = given;
    const { answer } = await waited(path, aBody({ n: null, ...fields }), { ...unsaid, ...headers } as Record<
      string,
      string
    >);

    expect((await imagesOf(answer)).data).toHaveLength(1);
    expect(stage.jobs()).toMatchObject([{ plannedImages: 1, charged: 1 }]);
  });

  it("a model that cannot make one image gives all it made to a caller made for OpenAI that names no number", async () => {
    const { answer } = await waited("/openai/v1/images/generations", aBody({ n: null, model: "dreamina-3.0" }));

    expect((await imagesOf(answer)).data).toHaveLength(4);
  });

  it("a caller gets the images there are when the upstream made fewer", async () => {
    const { answer } = await generated(stage, { prompt: "sim:partial", n: 4 });
    expect((await imagesOf(answer)).data).toHaveLength(3);
  });
});

describe("requests that wait", () => {
  it.each([
    ["a field of OpenAI's", submitPath, aBody({ n: null, size: "1024x1024" }), {}],
    ["OpenAI's own client", submitPath, aBody({ n: null }), { "x-stainless-lang": "js" }],
    ["the base /openai/v1", "/openai/v1/images/generations", aBody({ n: null }), {}],
    ["the base /sync/v1", "/sync/v1/images/generations", aBody({ n: null }), {}],
    ["?wait", `${submitPath}?wait=60`, aBody({ n: null }), {}],
    ["edits", editsPath, aBody({ n: null, image: aReference() }), {}],
    ["compositions under /sync/v1", "/sync/v1/images/compositions", aBody({ n: null, images: [aReference()] }), {}],
  ])("a request waits for its images: %s", async (_what, path, body, headers) => {
    const { answer } = await waited(path, body, { ...unsaid, ...headers } as Record<string, string>);

    expect(await imagesOf(answer)).toMatchObject({ data: expect.any(Array), task_id: expect.any(String) });
  });
});

describe("requests that do not wait", () => {
  it.each([
    ["a body of this API's own words", submitPath, aBody({ n: null }), {}],
    ["compositions", compositionsPath, aBody({ n: null, images: [aReference()] }), {}],
    ["who prefers the task", "/sync/v1/images/generations", aBody(), { prefer: "respond-async" }],
    ["who prefers the task of an edit", editsPath, aBody({ image: aReference() }), { prefer: "respond-async" }],
    ["?wait=0", `${submitPath}?wait=0`, aBody(), {}],
  ])("a request is answered with the pending task: %s", async (_what, path, body, headers) => {
    const init = submitInit(stage.session, body, { ...unsaid, ...headers } as Record<string, string>);
    const answer = await call(path, init);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ object: "image.generation.task", status: "pending" });
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  });

  it.each([
    ["/v1/images/generations/async", {}],
    ["/sync/v1/images/generations/async", {}],
    ["/v1/images/generations/async?wait=60", {}],
    ["/v1/images/generations/async?wait=soon", {}],
    ["/v1/images/edits/async", { image: aReference() }],
    ["/v1/images/edits/async?wait=soon", { image: aReference() }],
    ["/openai/v1/images/edits/async", { image: aReference() }],
  ])("an async address answers 202 and queued, whatever else is said: %s", async (path, fields) => {
    const body = aBody({ ...fields, response_format: "b64_json" });
    const headers = { prefer: "wait=60", "x-stainless-lang": "js" };
    const answer = await call(path, submitInit(stage.session, body, headers));

    expect(answer.status).toBe(202);
    const task = (await answer.json()) as { id: string };
    expect(task).toMatchObject({ object: "image.generation.task", status: "queued", task_id: task.id });
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${task.id}`);
    expect(await stage.end(task.id)).toMatchObject({ status: "completed" });
  });
});

describe("a stream at an async address", () => {
  it.each([
    ["/v1/images/generations/async", {}],
    ["/v1/images/edits/async", { image: aReference() }],
  ])("a stream is refused at an async address, before anything is spent: %s", async (path, fields) => {
    const answer = await call(path, submitInit(stage.session, aBody({ ...fields, stream: true }), unsaid));

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "stream" } });
    expect(await stagedKeys()).toEqual([]);
    expect(await storing()).toEqual([]);
  });
});

describe("a wait that is no number of seconds", () => {
  const wrong = ["601", "-1", "1.5", "soon"];

  it.each(wrong)("a wait that is no valid number of seconds is refused before anything is spent: %s", async (wait) => {
    const answer = await call(`${submitPath}?wait=${wait}`, submitInit(stage.session, aBody(), unsaid));

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "wait" } });
    expect(answer.headers.get("x-should-retry")).toBe("false");
    expect(await storing()).toEqual([]);
    expect(stage.queue.sent).toEqual([]);
    expect((await env.TASKS.list()).keys).toEqual([]);
  });

  it.each(["compositions", "edits"])(
    "an invalid wait is refused before an image is fetched or kept: %s",
    async (route) => {
      const image = "https://pics.example.com/a.png";
      serve(stage, { [image]: anImage() });
      const body = aBody({ images: [image, aReference()] });
      const answer = await call(`/v1/images/${route}?wait=601`, submitInit(stage.session, body, unsaid));

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "wait" } });
      expect(addressesFetched(stage)).toEqual([]);
      expect(await stagedKeys()).toEqual([]);
      expect(await storing()).toEqual([]);
    },
  );
});

describe("a task that fails while its caller waits", () => {
  it.each([
    ["sim:input-moderated", 400, "prompt_moderated"],
    ["sim:output-moderated", 400, "output_moderated"],
    ["sim:failed", 424, "upstream_failed"],
    ["sim:ret-2038", 400, "prompt_moderated"],
    ["sim:ret-1006", 402, "insufficient_credits"],
    ["sim:risk", 403, "risk_control"],
  ])(
    "a task that fails while its caller waits is answered with a status that no client repeats: %s %i %s",
    async (prompt, status, code) => {
      const { id, answer } = await generated(stage, { prompt });

      expect(answer.status).toBe(status);
      const view = (await (await stage.poll(id)).json()) as { error_info: { hint: string; retryable: boolean } };
      const body = (await answer.json()) as { error: Record<string, unknown> };
      expect(body).toEqual({
        error: {
          message: (view as { error?: string }).error,
          type: expect.any(String),
          param: null,
          code,
          hint: view.error_info.hint,
          retryable: view.error_info.retryable,
          docs: `/docs#errors-${code}`,
          task_id: id,
        },
      });
      // Clients that repeat by themselves would pay for another task.
      expect(answer.headers.get("x-should-retry")).toBe("false");
      expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${id}`);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("retry-after")).toBeNull();
    },
  );

  it.each([
    ["expired", 401, "session_expired"],
    ["nocredit", 402, "insufficient_credits"],
  ])("a task that fails because of its session names the fault: %s", async (word, status, code) => {
    const session = aSession(word);
    const { id, answer } = await startWaiting(stage, submitPath, submitInit(session, aBody(), { prefer: "wait" }));
    await stage.end(id, session);

    const refused = await answer;
    expect(refused.status).toBe(status);
    const text = await refused.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code, task_id: id } });
    expect(text).not.toContain(session);
    expect(refused.headers.get("x-should-retry")).toBe("false");
  });

  it("a task that is cancelled while its caller waits is answered with 424", async () => {
    const { id, answer } = await generate(stage);
    const headers = { authorization: `Bearer ${stage.session}` };
    await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers });
    await stage.end(id);

    expect((await answer).status).toBe(424);
    expect(await (await answer).json()).toMatchObject({ error: { code: "cancelled", task_id: id } });
    expect((await answer).headers.get("x-should-retry")).toBe("false");
  });

  it("a task that fails while its caller waits gives its hint in the caller's language", async () => {
    const { answer } = await generated(stage, { prompt: "sim:input-moderated" }, { "accept-language": "zh-CN" });

    const { error } = (await answer.json()) as { error: { hint: string } };
    expect(error.hint).toMatch(/[\u4e00-\u9fff]/);
    expect(answer.headers.get("content-language")).toBe("zh");
  });
});

describe("an Idempotency-Key", () => {
  const key = { "idempotency-key": "order 7" };

  it("an Idempotency-Key gives callers who wait at the same time the same images of one task", async () => {
    const first = await generate(stage, {}, key);
    const second = call(submitPath, submitInit(stage.session, aBody(), { prefer: "wait", ...key }));
    await stage.end(first.id);

    const [one, other] = [await imagesOf(await first.answer), await imagesOf(await second)];
    expect(other).toEqual(one);
    expect(one.task_id).toBe(first.id);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a repeated key gets finished images at once, in the form that is asked for now", async () => {
    const { id } = await generated(stage, {}, key);
    const again = submitInit(stage.session, aBody({ response_format: "b64_json" }), { ...unsaid, ...key });

    const answer = await call(submitPath, again);
    const { data, task_id } = await imagesOf(answer);

    expect(answer.headers.get("idempotent-replayed")).toBe("true");
    expect(task_id).toBe(id);
    expect([decoded(data[0]?.b64_json)]).toEqual(await storedImages(id, 1));
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a key joins callers that wait and callers that do not, in both directions", async () => {
    const id = await stage.task({}, key);
    const waiting = call(submitPath, submitInit(stage.session, aBody(), { prefer: "wait", ...key }));
    await stage.end(id);

    expect(await imagesOf(await waiting)).toMatchObject({ task_id: id });
    expect(await (await stage.submit({}, key)).json()).toMatchObject({ id, object: "image.generation.task" });
  });

  it("a repeated key of a failed task is answered with its failure, and no other task is made", async () => {
    const { id } = await generated(stage, { prompt: "sim:failed" }, key);
    const again = submitInit(stage.session, aBody({ prompt: "sim:failed" }), { prefer: "wait", ...key });

    const answer = await call(submitPath, again);

    expect(answer.status).toBe(424);
    expect(await answer.json()).toMatchObject({ error: { code: "upstream_failed", task_id: id } });
    expect(answer.headers.get("idempotent-replayed")).toBe("true");
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a key with another body is refused at once, without waiting", async () => {
    await generated(stage, {}, key);
    const other = submitInit(stage.session, aBody({ prompt: "a harbour" }), { prefer: "wait", ...key });

    const answer = await call(submitPath, other);

    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ error: { code: "idempotency_conflict" } });
  });

  it("a repeated key of an edit does not fetch or keep the images again", async () => {
    const image = "https://pics.example.com/a.png";
    serve(stage, { [image]: anImage() });
    const body = aBody({ images: [image] });
    const first = await waited(editsPath, body, { ...unsaid, ...key });
    const second = await call(editsPath, submitInit(stage.session, body, { ...unsaid, ...key }));

    expect(await imagesOf(second)).toEqual(await imagesOf(first.answer));
    expect(addressesFetched(stage).filter((address) => address === image)).toHaveLength(1);
    expect(await stagedKeys()).toEqual([]);
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("x-stainless-retry-count", () => {
  const tryOf = (count: number, changes: object = {}, session = stage.session) =>
    submitInit(session, aBody(changes), { prefer: "respond-async", "x-stainless-retry-count": String(count) });
  const idOf = async (init: RequestInit, path = submitPath, bindings = {}) => {
    const answer = await call(path, init, bindings);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { id: string }).id;
  };

  it("retry count 0 twice makes two tasks, as the same image may be wanted twice", async () => {
    expect(await idOf(tryOf(0))).not.toBe(await idOf(tryOf(0)));
  });

  it("retry counts 1 and 2 join the task of count 0", async () => {
    const id = await idOf(tryOf(0));
    expect(await idOf(tryOf(1))).toBe(id);
    expect(await idOf(tryOf(2))).toBe(id);
    expect(stage.created()).toEqual([id]);
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("retry count 1 joins the latest of several first attempts", async () => {
    await idOf(tryOf(0));
    const id = await idOf(tryOf(0));
    expect(await idOf(tryOf(1))).toBe(id);
  });

  it("retry count 1 makes a task when the first attempt never arrived, and count 2 joins that", async () => {
    const id = await idOf(tryOf(1));
    expect(await idOf(tryOf(2))).toBe(id);
  });

  it("retry count 1 gets the images that were made meanwhile", async () => {
    const id = await idOf(tryOf(0));
    await stage.end(id);
    const again = submitInit(stage.session, aBody(), { ...unsaid, "x-stainless-retry-count": "1" });

    expect(await imagesOf(await call(submitPath, again))).toMatchObject({ task_id: id });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("retry count 1 joins for half an hour; after that it makes a new task", async () => {
    const id = await idOf(tryOf(0));
    stage.advance(30 * 60);
    expect(await idOf(tryOf(1))).toBe(id);
    stage.advance(1);
    const later = await idOf(tryOf(1));
    expect(later).not.toBe(id);
    expect(await idOf(tryOf(2))).toBe(later);
  });

  it.each([{ prompt: "a harbour" }, { n: 2 }, { seed: 7 }])(
    "retry count 1 with another body makes a new task: %j",
    async (changes) => {
      expect(await idOf(tryOf(1, changes))).not.toBe(await idOf(tryOf(0)));
    },
  );

  it("retry count 1 of other sessions makes a new task, even where one session is shared", async () => {
    const id = await idOf(tryOf(0));
    expect(await idOf(tryOf(1, {}, aSession()))).not.toBe(id);
    expect(await idOf(tryOf(1, {}, `${stage.session},${aSession()}`))).not.toBe(id);
  });

  it("retry count 1 of another API key of the same pool makes a new task", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const id = await idOf(tryOf(0, {}, keys[0]), submitPath, bindings);
    expect(await idOf(tryOf(1, {}, keys[1]), submitPath, bindings)).not.toBe(id);
    expect(await idOf(tryOf(1, {}, keys[0]), submitPath, bindings)).toBe(id);
  });

  it("the caller's own Idempotency-Key takes precedence over the retry count", async () => {
    const own = { prefer: "respond-async", "idempotency-key": "order 7" };
    const id = await idOf(submitInit(stage.session, aBody(), { ...own, "x-stainless-retry-count": "0" }));
    expect(await idOf(submitInit(stage.session, aBody(), { ...own, "x-stainless-retry-count": "0" }))).toBe(id);
  });

  it("retry count 1 of an edit joins, and no image is kept twice", async () => {
    const body = aBody({ image: aReference() });
    const edit = (count: string) =>
      submitInit(stage.session, body, { prefer: "respond-async", "x-stainless-retry-count": count });
    const id = await idOf(edit("0"), editsPath);
    const kept = await stagedKeys();

    expect(await idOf(edit("1"), editsPath)).toBe(id);
    expect(await stagedKeys()).toEqual(kept);
    expect(await idOf(edit("0"), editsPath)).not.toBe(id);
  });
});
