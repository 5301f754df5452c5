import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { taskKey } from "#shared/task/records.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import {
  aBody,
  type CoordinatorStub,
  call,
  coordinators,
  origin,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
  tablesOf,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const kvPrototype = Object.getPrototypeOf(env.TASKS) as KVNamespace;
const dayS = 24 * 60 * 60;

describe("a submit", () => {
  it("a submit answers at once with a task id and where to poll it", async () => {
    const answer = await stage.submit();

    expect(answer.status).toBe(200);
    const body = (await answer.json()) as Record<string, unknown>;
    const now = Math.floor(Date.now() / 1000);
    expect(body).toEqual({
      id: expect.stringMatching(/^imgtask_[A-Za-z0-9_-]{21,}$/),
      task_id: body.id,
      object: "image.generation.task",
      status: "pending",
      submit_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      message: expect.stringContaining(`GET /v1/images/tasks/${body.id}`),
      created: now,
      created_at: now,
      expires_at: now + 30 * dayS,
      poll_url: `${origin}/v1/images/tasks/${body.id}`,
    });
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${body.id}`);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  });

  it("a submit sends one tick that names the owner only; a second one follows when the first was served", async () => {
    await stage.task();
    await stage.task();

    const tick = { body: { v: 2, owner: expect.stringMatching(/^[\w-]{20,}$/) }, delaySeconds: 0 };
    expect(stage.queue.sent).toEqual([tick]);

    await stage.queue.deliver();
    stage.queue.sent.length = 0;
    await stage.task();
    expect(stage.queue.sent).toEqual([tick]);
  });

  it("a submit leaves a pending record that lives as long as the task is promised to", async () => {
    const put = vi.spyOn(kvPrototype, "put");

    const id = await stage.task();

    expect(put).toHaveBeenCalledExactlyOnceWith(taskKey(id), expect.any(String), { expirationTtl: 30 * dayS });
    const record = await env.TASKS.get<Record<string, unknown>>(taskKey(id), "json");
    expect(record).toMatchObject({ v: 1, id, status: "pending", progress: 0, images: [], error: null });
  });

  it("a submit asks nothing of the upstream", async () => {
    await stage.submit();

    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("a session is taken without the word Bearer, in any case of its prefix, with spaces and empty parts", async () => {
    const id = await stage.task();
    const spelt = ` , ${stage.session.replace(/^sg-/, "SG-")} ,,`;

    const answer = await call(`/v1/images/tasks/${id}`, { headers: { authorization: spelt } });

    expect(answer.status).toBe(200);
  });

  it("a submit takes null for every optional field", async () => {
    const answer = await stage.submit({ ratio: null, seed: null, n: null, size: null, model: null, quality: null });

    expect(answer.status).toBe(200);
  });

  it.each([
    "application/json; charset=utf-8",
    "application/json ;",
    "application/vnd.api2+json",
    "application/json, application/json",
    "application/x-www-form-urlencoded",
    "text/plain;charset=UTF-8",
    "text/json",
    "application/octet-stream",
    "*/*",
    "json",
    "",
  ])("a submit takes one JSON object with the content type %j", async (type) => {
    const init = submitInit(stage.session, aBody(), { "content-type": type });

    expect((await call(submitPath, init)).status).toBe(200);
  });

  it("a submit takes one JSON object without a content type, in pieces and without a length", async () => {
    const headers = { authorization: stage.session };
    const text = JSON.stringify(aBody());
    const pieces = [text.slice(0, 7), text.slice(7)].map((piece) => new TextEncoder().encode(piece));
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = pieces.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
    });

    expect((await call(submitPath, { method: "POST", headers, body: new Blob([text]) })).status).toBe(200);
    expect((await call(submitPath, { method: "POST", headers, body })).status).toBe(200);
  });

  it("a submit takes texts of 8,000 characters however JSON spells them", async () => {
    const escaped = "\\u706f".repeat(8_000);
    const body = `{"prompt":"${escaped}","negative_prompt":"${escaped}","resolution":"1k"}`;

    expect((await call(submitPath, submitInit(stage.session, body))).status).toBe(200);
  });

  it("a submit ignores fields it does not know", async () => {
    expect((await stage.submit({ user: "anna", style: 7, lighting: { a: 1 } })).status).toBe(200);
  });

  it.each([
    [{ size: "1920x1080" }, { width: 2560, height: 1440 }],
    [{ size: "1024x1024" }, { width: 1024, height: 1024 }],
    [
      { size: "auto", resolution: "1k" },
      { width: 1024, height: 1024 },
    ],
    [
      { size: "4096x2304", ratio: "1:1" },
      { width: 4096, height: 4096 },
    ],
    [{ quality: "low" }, { width: 1024, height: 1024 }],
    [
      { quality: "hd", ratio: "21:9" },
      { width: 3024, height: 1296 },
    ],
    [{ model: "JIMENG-4.1" }, { model: "high_aes_general_v41" }],
  ])("a submit of %j asks the upstream for the size or model it stands for", async (fields, job) => {
    const body = { prompt: "a lighthouse", ...fields };
    await call(submitPath, submitInit(stage.session, body));

    await stage.queue.deliver();

    expect(stage.jobs()).toMatchObject([job]);
  });
});

describe("a submit whose announcement fails", () => {
  it("a submit succeeds although KV refuses the pending record", async () => {
    vi.spyOn(kvPrototype, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));

    const answer = await stage.submit();
    const { id } = (await answer.json()) as { id: string };

    expect(answer.status).toBe(200);
    expect(await stage.view(id)).toMatchObject({ status: "pending" });
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "completed" });
  });

  it("a submit sends its tick although KV fails", async () => {
    vi.spyOn(kvPrototype, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));

    await stage.submit();

    expect(stage.queue.sent).toHaveLength(1);
  });

  it("a submit succeeds although the queue refuses the tick", async () => {
    stage.queue.send.mockRejectedValueOnce(new Error("Too Many Requests"));

    const answer = await stage.submit();
    const { id } = (await answer.json()) as { id: string };

    expect(answer.status).toBe(200);
    expect(stage.queue.sent).toEqual([]);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("a submit whose coordinator's answer is lost", () => {
  it.each([{ after: false }, { after: true }])(
    "a submit makes one task although the coordinator's answer is lost: %j",
    async ({ after }) => {
      aCoordinatorThat("create", { fails: 1, after });

      const answer = await stage.submit({}, { "idempotency-key": "lost" });

      expect(answer.status).toBe(200);
      const { id } = (await answer.json()) as { id: string };
      expect((await tablesOf((await storing())[0] as CoordinatorStub)).tasks).toHaveLength(1);
      expect(stage.queue.sent).toHaveLength(1);
      expect(await stage.end(id)).toMatchObject({ status: "completed" });
    },
  );
});

describe("an Idempotency-Key", () => {
  const key = { "idempotency-key": "order 7" };

  it("a repeated key answers the same body with the same task, and sends no tick again", async () => {
    const first = await stage.task({}, key);
    const second = await stage.submit({}, key);

    expect(second.status).toBe(200);
    expect(await second.json()).toMatchObject({ id: first });
    expect(second.headers.get("location")).toBe(`/v1/images/tasks/${first}`);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(stage.created()).toEqual([first]);
    expect(stage.queue.sent).toHaveLength(1);
    expect((await env.TASKS.list()).keys).toHaveLength(1);
  });

  it("a key makes one task of submits that come at the same time", async () => {
    const ids = await Promise.all([stage.task({}, key), stage.task({}, key), stage.task({}, key)]);

    expect(new Set(ids).size).toBe(1);
    expect(stage.created()).toEqual(ids.slice(0, 1));
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("a key recognizes the same request however its JSON is written", async () => {
    const first = await stage.task({ ratio: "1:1" }, key);
    const body = JSON.stringify({ n: 1, resolution: "1k", prompt: "  a lighthouse ", ratio: "1:1" }, null, 2);

    const second = await call(submitPath, submitInit(stage.session, body, key));

    expect(await second.json()).toMatchObject({ id: first });
  });

  it.each([{ prompt: "a harbour" }, { seed: 7 }, { n: 2 }, { ratio: "16:9" }, { negative_prompt: "fog" }])(
    "a key with another body is refused: %j",
    async (change) => {
      const first = await stage.task({}, key);

      const answer = await stage.submit(change, key);

      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ error: { code: "idempotency_conflict" } });
      expect(answer.headers.get("x-should-retry")).toBe("false");
      expect(stage.created()).toEqual([first]);
      expect(stage.queue.sent).toHaveLength(1);
    },
  );

  it("a key belongs to its owner", async () => {
    const first = await stage.task({}, key);

    const answer = await call(submitPath, submitInit("sg-demo-sg-other", aBody(), key));

    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toMatchObject({ id: first });
  });

  it("a key longer than 255 characters is refused", async () => {
    const before = coordinators().length;

    const answer = await stage.submit({}, { "idempotency-key": "x".repeat(256) });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "idempotency-key" } });
    expect(coordinators().length).toBe(before);
  });

  it.each(["", "  ", '""', '" "'])("an empty key counts as none: %j", async (value) => {
    const [first, second] = await Promise.all([1, 2].map(() => stage.submit({}, { "idempotency-key": value })));

    expect([first?.status, second?.status]).toEqual([200, 200]);
    expect(second?.headers.get("idempotent-replayed")).toBeNull();
    expect(stage.created()).toHaveLength(2);
  });

  it("a repeated key still answers with its task when that is completed", async () => {
    const first = await stage.task({}, key);
    await stage.end(first);

    const answer = await stage.submit({}, key);

    expect(await answer.json()).toMatchObject({ id: first });
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("the price", () => {
  it("the answer has the estimated credits where a price is known", async () => {
    expect(await (await stage.submit({ resolution: "2k", n: 3 })).json()).toMatchObject({ estimated_credits: 12 });
    expect(await (await stage.submit({ resolution: "4k" })).json()).not.toHaveProperty("estimated_credits");
  });
});

describe("other servers' names", () => {
  const requestOf = async (fields: object) => {
    const answer = await stage.submit(fields);
    const { id } = (await answer.json()) as { id: string };
    for (const stub of await storing()) {
      const row = (await tablesOf(stub as CoordinatorStub)).tasks?.find((one) => one.id === id);
      if (row !== undefined) return JSON.parse(String(row.body)).request;
    }
  };

  it.each<[object, object]>([
    [
      { aspect_ratio: "16:9", batch_size: 1, negativePrompt: "fog" },
      { ratio: "16:9", count: 1, negativePrompt: "fog" },
    ],
    [
      { width: 1024, height: 576 },
      { ratio: "16:9", resolution: "1k" },
    ],
    [
      { image_size: "portrait_4_3", num_images: "2" },
      { ratio: "3:4", count: 2 },
    ],
    [{ size: "4K" }, { ratio: "1:1", resolution: "4k" }],
    [
      { size: "9：16", resolution: "4K" },
      { ratio: "9:16", resolution: "4k" },
    ],
  ])("a submit with the fields %j asks for them in this API's words", async (fields, expected) => {
    expect(await requestOf({ n: undefined, resolution: undefined, ...fields })).toMatchObject(expected);
  });

  it("another server's name for an OpenAI field does not make a caller wait", async () => {
    const answer = await stage.submit(
      { n: undefined, num_images: 2, image_size: "1024x1024" },
      { prefer: "handling=lenient" },
    );
    expect(await answer.json()).toMatchObject({ object: "image.generation.task", status: "pending" });
  });

  it("two names that disagree are refused, and nothing is made", async () => {
    const answer = await stage.submit({ ratio: "1:1", aspect_ratio: "16:9" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "aspect_ratio" } });
    expect(await storing()).toEqual([]);
  });

  it("a value that the model does not make is refused by the caller's own name", async () => {
    const answer = await stage.submit({ model: "dreamina-5.0-pro", n: null, resolution: "2k", num_images: 5 });
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "num_images" } });
  });

  it("a mask is refused by text to image", async () => {
    const answer = await stage.submit({ mask_url: "https://pics.example.com/m.png" });
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "mask" } });
  });
});

describe("reference images for text to image", () => {
  it.each([{ images: ["https://pics.example.com/a.png"] }, { image: "data:image/png;base64,AAAA" }])(
    "reference images are refused by text to image, with the route that takes them: %j",
    async (fields) => {
      const answer = await stage.submit(fields);
      expect(answer.status).toBe(400);
      const { error } = (await answer.json()) as { error: { param: string; message: string } };
      expect(error.param).toBe(Object.keys(fields)[0]);
      expect(error.message).toContain("POST /v1/images/compositions");
    },
  );

  it.each([
    { image_urls: ["https://pics.example.com/a.png"] },
    { referenceImages: [{ uri: "https://pics.example.com/a.png" }] },
    { photo: "https://pics.example.com/a.png" },
  ])("reference images under other names are refused by text to image too, and nothing is made: %j", async (fields) => {
    for (const path of [submitPath, `${submitPath}/async`]) {
      const answer = await call(path, submitInit(stage.session, aBody(fields)));
      expect(answer.status).toBe(400);
      const { error } = (await answer.json()) as { error: { param: string; message: string } };
      expect(error).toMatchObject({ code: "invalid_value", param: Object.keys(fields)[0] });
      expect(error.message).toContain("POST /v1/images/compositions");
    }
    expect(await storing()).toEqual([]);
  });

  it("empty reference images are accepted by text to image", async () => {
    expect((await stage.submit({ images: [], image: null })).status).toBe(200);
  });
});
