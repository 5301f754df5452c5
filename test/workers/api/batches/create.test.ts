/** Creating a batch: bodies that are taken or refused, and that nothing starts before all of it is known to be good. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type BatchAnswer, batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { call, setStage } from "#test/workers/support/stage.ts";

const path = "/v1/images/batches";

function aStage() {
  const stage = setStage();
  const batches = batchCalls(stage);
  const send = (body: string, contentType: string, query = "", headers: Record<string, string> = {}) =>
    call(`${path}${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.session}`, "content-type": contentType, ...headers },
      body,
    });
  /** The answer to a body in JSON. */
  const answer = async (body: unknown, query = ""): Promise<BatchAnswer & { http: number }> => {
    const response = await send(JSON.stringify(body), "application/json", query);
    return { ...((await response.json()) as BatchAnswer), http: response.status };
  };
  const staged = async () => (await env.INPUTS.list()).objects.map(({ key }) => key);
  return { stage, batches, send, answer, staged };
}

/** A different image for each number. */
function dataUrl(number: number): string {
  const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  return `data:image/png;base64,${btoa(atob(onePixel) + String.fromCharCode(number))}`;
}

describe("the body of a batch", () => {
  it.each(["application/jsonl", "application/x-ndjson", "application/x-jsonlines; charset=utf-8", "text/plain", ""])(
    "one request a line is taken as %s",
    async (contentType) => {
      const { send } = aStage();
      const lines = someRequests(3).map((request) => JSON.stringify(request));
      const answer = await send(`${lines.join("\n")}\n\n`, contentType);
      expect(await answer.json()).toMatchObject({ object: "batch", request_counts: { total: 3 } });
    },
  );

  it("requests without a custom_id are named by their line", async () => {
    const { batches, answer } = aStage();
    const { id } = await answer({
      requests: [
        { prompt: "a boat", resolution: "1k" },
        { prompt: "a house", resolution: "1k" },
      ],
    });
    expect((await batches.results(id)).map(({ custom_id, line }) => [custom_id, line])).toEqual([
      ["request-1", 1],
      ["request-2", 2],
    ]);
  });

  it.each([
    ["no requests", { requests: [] }, "missing_value"],
    ["no list", { prompts: ["a"] }, "missing_value"],
    ["more than 1,000 requests", { requests: someRequests(1_001) }, "invalid_value"],
    ["metadata of numbers", { requests: someRequests(1), metadata: { a: 1 } }, "invalid_value"],
  ])("%s is refused", async (_what, body, code) => {
    const { answer, stage } = aStage();
    expect(await answer(body)).toMatchObject({ http: 400, error: { code } });
    expect(stage.queue.sent).toEqual([]);
  });

  it("a body that is no JSON in any line is refused", async () => {
    const { send } = aStage();
    const answer = await send("a boat\na house", "text/plain");
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_json" } });
  });

  it("a body above 10 MiB is refused", async () => {
    const { send } = aStage();
    const answer = await send(" ".repeat(10 * 1024 * 1024 + 1), "application/jsonl");
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: { code: "body_too_large" } }]);
  });

  it("without a session a batch is refused", async () => {
    aStage();
    expect((await call(path, { method: "POST", body: "{}" })).status).toBe(401);
  });
});

describe("requests that are at fault", () => {
  const mixed = {
    requests: [
      { custom_id: "good", prompt: "a boat", resolution: "1k" },
      { custom_id: "empty", prompt: " " },
      { custom_id: "shape", prompt: "a boat", ratio: "5:4" },
      "no object",
      { custom_id: "good", prompt: "another" },
      { custom_id: "stream", prompt: "a boat", stream: true },
      { custom_id: "base64", prompt: "a boat", response_format: "b64_json" },
      { custom_id: "model", prompt: "a boat", model: "no-such-model" },
      { custom_id: 7, prompt: "a boat" },
    ],
  };
  const faults = [
    [2, "empty", "prompt"],
    [3, "shape", "ratio"],
    [4, null, null],
    [5, "good", "custom_id"],
    [6, "stream", "stream"],
    [7, "base64", "response_format"],
    [8, "model", "model"],
    [9, null, "custom_id"],
  ];

  it("all of them are named at once, with line, custom_id and field, and nothing is started", async () => {
    const { answer, stage, batches } = aStage();
    const refused = await answer(mixed);
    expect(refused).toMatchObject({ http: 400, error: { param: "requests" } });
    expect(refused.invalid_requests?.map(({ line, custom_id, param }) => [line, custom_id, param])).toEqual(faults);
    for (const { message } of refused.invalid_requests ?? []) expect(message).toMatch(/\.$/);
    expect([stage.queue.sent, stage.jobs()]).toEqual([[], []]);
    expect(await (await batches.get("")).json()).toMatchObject({ data: [] });
  });

  it("with skip_invalid the others start, and the answer names those that were left out", async () => {
    const { answer, batches } = aStage();
    const created = await answer(mixed, "?skip_invalid=true");
    expect(created).toMatchObject({ http: 200, request_counts: { total: 1 } });
    expect(created.invalid_requests).toHaveLength(faults.length);
    expect(await batches.end(created.id)).toMatchObject({ request_counts: { completed: 1 } });
  });

  it("a batch of faults alone is refused with skip_invalid, too", async () => {
    const { answer } = aStage();
    expect(await answer({ requests: [{ prompt: "" }] }, "?skip_invalid=true")).toMatchObject({ http: 400 });
  });
});

describe("a repeated call", () => {
  it("an Idempotency-Key leads to the same batch, and a word of its own makes another", async () => {
    const { send, stage } = aStage();
    const body = JSON.stringify({ requests: someRequests(2) });
    const create = async (key: string) => {
      const answer = await send(body, "application/json", "", { "idempotency-key": key });
      return { ...((await answer.json()) as BatchAnswer), replayed: answer.headers.get("idempotent-replayed") };
    };
    const first = await create("one");
    expect(await create("one")).toMatchObject({ id: first.id, replayed: "true" });
    expect((await create("two")).id).not.toBe(first.id);
    expect(stage.queue.sent.length).toBeLessThanOrEqual(2);
  });

  it("an Idempotency-Key with another body is refused", async () => {
    const { send } = aStage();
    const create = (count: number) =>
      send(JSON.stringify({ requests: someRequests(count) }), "application/json", "", { "idempotency-key": "one" });
    await create(1);
    expect((await create(2)).status).toBe(409);
  });
});

describe("reference images of a batch", () => {
  it("an image that several requests name is stored once, and deleted a day after the end", async () => {
    const { answer, batches, staged, stage } = aStage();
    const shared = dataUrl(1);
    const { id } = await answer({
      requests: someRequests(4, (index) => ({ images: [shared, ...(index === 3 ? [dataUrl(2)] : [])] })),
    });
    expect(await staged()).toHaveLength(2);
    expect(await batches.end(id)).toMatchObject({ request_counts: { completed: 4 } });
    expect(await staged()).toHaveLength(2);
    stage.advance(86_400);
    await stage.move();
    await stage.move();
    expect(await staged()).toEqual([]);
  });

  it("a retry is refused when the reference images are gone", async () => {
    const { answer, batches, stage, staged } = aStage();
    const { id } = await answer({
      requests: [{ prompt: "sim:input-moderated", images: [dataUrl(1)], resolution: "1k" }],
    });
    expect(await batches.end(id)).toMatchObject({ request_counts: { failed: 1 } });
    stage.advance(86_400);
    for (let moves = 0; moves < 3 && (await staged()).length > 0; moves += 1) await stage.move();
    const refused = await batches.post(`/${id}/retry`);
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      {
        error: {
          message: expect.stringContaining("kept for a day after its end"),
          hint: expect.stringContaining("send others as a new batch"),
        },
      },
    ]);
  });

  it("an image that cannot be had is a fault of every request that names it, and nothing is kept", async () => {
    const { answer, staged, stage } = aStage();
    const refused = await answer({
      requests: someRequests(3, (index) => ({ images: [index === 1 ? dataUrl(1) : "data:image/png;base64,AAAA"] })),
    });
    expect(refused.http).toBe(400);
    expect(refused.invalid_requests?.map(({ line }) => line)).toEqual([1, 3]);
    expect([await staged(), stage.queue.sent]).toEqual([[], []]);
  });

  it("images of requests that are left out are not kept", async () => {
    const { answer, staged } = aStage();
    const broken = "data:image/png;base64,AAAA";
    const requests = someRequests(2, (index) => ({ images: index === 0 ? [dataUrl(0)] : [dataUrl(1), broken] }));
    expect(await answer({ requests }, "?skip_invalid=true")).toMatchObject({ http: 200, request_counts: { total: 1 } });
    expect(await staged()).toHaveLength(1);
  });

  it("a batch with images that has not ended after seven days is cancelled, because the bucket deletes them", async () => {
    const { answer, batches, stage } = aStage();
    const { id } = await answer({ requests: someRequests(9, () => ({ images: [dataUrl(2)] })) });
    await batches.change(id, "pause");
    await batches.end(id, ({ request_counts }) => request_counts.processing === 0);
    stage.advance(7 * 86_400);
    await stage.move();
    expect(await batches.view(id)).toMatchObject({ status: "cancelled" });
  });

  it("more than a hundred different images are refused before any is stored", async () => {
    const { answer, staged } = aStage();
    const refused = await answer({ requests: someRequests(101, (index) => ({ images: [dataUrl(index)] })) });
    expect(refused).toMatchObject({ http: 400, error: { param: "images" } });
    expect(await staged()).toEqual([]);
  });
});
