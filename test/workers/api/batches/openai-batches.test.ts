/** Batches through OpenAI's Batch API. */
import { beforeEach, describe, expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { anImage, base64Of } from "#test/workers/support/compositions.ts";
import { aLine, fileText, generationsUrl, openAiCalls } from "#test/workers/support/openai-batches.ts";
import { aSession, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
let openai: ReturnType<typeof openAiCalls>;
beforeEach(() => {
  stage = setStage();
  openai = openAiCalls(stage);
});

const aReference = () => `data:image/png;base64,${base64Of(anImage())}`;
const editsUrl = "/v1/images/edits";

describe("a batch of a file", () => {
  it("a batch of a file names endpoint, file and window, and no results before it has ended", async () => {
    const batch = await openai.create([aLine("a"), aLine("b")], { metadata: { campaign: "spring" } });

    expect(batch).toMatchObject({
      id: expect.stringMatching(/^batch_/),
      ...{ object: "batch", endpoint: generationsUrl, completion_window: "24h", status: "in_progress" },
      input_file_id: expect.stringMatching(/^file-/),
      ...{ errors: null, output_file_id: null, error_file_id: null, metadata: { campaign: "spring" } },
      ...{ created_at: expect.any(Number), in_progress_at: expect.any(Number), expires_at: expect.any(Number) },
      ...{ completed_at: null, cancelled_at: null, cancelling_at: null, failed_at: null },
      request_counts: { total: 2, completed: 0, failed: 0 },
    });
    const early = await openai.get(`/v1/files/file-${batch.id.slice("batch_".length)}-output/content`);
    expect(early.status).toBe(404);
    expect(await early.json()).toMatchObject({ error: { message: expect.stringContaining("has not ended") } });
  });

  it("completed requests are lines of the output file, failed ones of the error file, in the order of the requests", async () => {
    const { id } = await openai.create([
      aLine("a"),
      aLine("b", { prompt: "a lighthouse sim:input-moderated" }),
      aLine("c", { n: 2 }),
    ]);
    const ended = await openai.end(id);

    expect(ended).toMatchObject({
      ...{ status: "completed", request_counts: { total: 3, completed: 2, failed: 1 } },
      ...{ completed_at: expect.any(Number), finalizing_at: expect.any(Number) },
    });
    const made = await openai.lines(ended.output_file_id);
    expect(made.map(({ custom_id, response }) => [custom_id, response?.body.data?.length])).toEqual([
      ["a", 1],
      ["c", 2],
    ]);
    expect(made[0]).toEqual({
      ...{ id: expect.stringMatching(/^batch_req_/), custom_id: "a", error: null },
      response: {
        ...{ status_code: 200, request_id: expect.stringMatching(/^imgtask_/) },
        body: expect.objectContaining({
          created: expect.any(Number),
          data: [{ url: expect.stringMatching(/^https:\/\/api\.test\/images\//) }],
        }),
      },
    });
    const failed = await openai.lines(ended.error_file_id);
    expect(failed).toMatchObject([
      {
        ...{ custom_id: "b", error: null },
        response: { status_code: 400, body: { error: { code: "prompt_moderated", task_id: expect.any(String) } } },
      },
    ]);
  });

  it("the files of a batch have the size of their content, are of the purpose batch_output, and are not deleted", async () => {
    const { id } = await openai.create([aLine("a")]);
    const { output_file_id: file, error_file_id } = await openai.end(id);
    const content = await (await openai.get(`/v1/files/${file}/content`)).text();

    expect(error_file_id).toBeNull();
    expect(await (await openai.get(`/v1/files/${file}`)).json()).toMatchObject({
      ...{ id: file, object: "file", purpose: "batch_output", status: "processed", filename: `${id}_output.jsonl` },
      bytes: new TextEncoder().encode(content).byteLength,
    });
    expect(await (await openai.remove(file ?? "")).json()).toEqual({ id: file, object: "file", deleted: false });
    expect((await openai.get(`/v1/files/file-${id.slice("batch_".length)}-errors`)).status).toBe(404);
  });

  it("edits have their reference images, under OpenAI's names, too", async () => {
    const { id } = await openai.create([aLine("a", { images: [{ image_url: aReference() }] }, { url: editsUrl })], {
      endpoint: editsUrl,
    });

    expect(await openai.end(id)).toMatchObject({ status: "completed", request_counts: { completed: 1 } });
    expect(stage.jobs()).toMatchObject([{ inputs: [expect.anything()] }]);
  });

  it("without n a request makes one image, and one that one job cannot make is refused before anything starts", async () => {
    const { id } = await openai.create([aLine("a", { model: "gpt-image-1" })]);
    const { output_file_id } = await openai.end(id);

    expect((await openai.lines(output_file_id))[0]?.response?.body.data).toHaveLength(1);
    expect(stage.jobs()).toMatchObject([{ charged: 1 }]);
    expect(await openai.create([aLine("b", { n: 40 })])).toMatchObject({
      status: "failed",
      errors: { data: [{ line: 1, param: "n" }] },
    });
  });

  it("the same batch is read under both addresses, and one made there is listed here", async () => {
    const { id } = await openai.create([aLine("a")]);
    const ours = await batchCalls(stage).create(someRequests(1));
    const { data } = (await (await openai.get("/v1/batches")).json()) as { data: { id: string }[] };

    expect(await batchCalls(stage).view(id)).toMatchObject({ id, request_counts: { total: 1 } });
    expect(data).toMatchObject([
      { id: ours.id, input_file_id: "", endpoint: generationsUrl },
      { id, endpoint: generationsUrl },
    ]);
  });

  it("the list goes on after the batch that it names", async () => {
    const made = [];
    for (const name of ["a", "b", "c"]) made.push((await openai.create([aLine(name)])).id);
    const list = async (query: string) => (await openai.get(`/v1/batches?${query}`)).json();

    expect(await list("limit=2")).toMatchObject({ data: [{ id: made[2] }, { id: made[1] }], has_more: true });
    expect(await list(`limit=2&after=${made[1]}`)).toMatchObject({ data: [{ id: made[0] }], has_more: false });
    expect(await list("after=batch_unknown")).toMatchObject({ error: { param: "after" } });
  });

  it("a paused batch is in progress in OpenAI's words", async () => {
    const { id } = await openai.create([aLine("a"), aLine("b")]);
    await batchCalls(stage).change(id, "pause");

    expect(await batchCalls(stage).view(id)).toMatchObject({ status: "paused" });
    expect(await openai.view(id)).toMatchObject({ status: "in_progress" });
  });

  it("a cancelled batch keeps what was made, and its other requests are in the error file", async () => {
    const { id } = await openai.create(Array.from({ length: 12 }, (_, index) => aLine(`c${index}`)));
    const cancel = () => openai.post(`/v1/batches/${id}/cancel`, {});
    expect(await (await cancel()).json()).toMatchObject({
      status: expect.stringMatching(/^cancell/),
      cancelling_at: expect.any(Number),
    });
    const ended = await openai.end(id);

    expect(ended).toMatchObject({ status: "cancelled", cancelled_at: expect.any(Number), completed_at: null });
    const lines = await openai.lines(ended.error_file_id);
    expect(lines.at(-1)).toMatchObject({ custom_id: "c11", response: null, error: { code: "batch_cancelled" } });
    expect(lines).toHaveLength(12 - ended.request_counts.completed);
    expect((await cancel()).status).toBe(200);
  });

  it("a batch that has ended cannot be cancelled", async () => {
    const { id } = await openai.create([aLine("a")]);
    await openai.end(id);
    const answer = await openai.post(`/v1/batches/${id}/cancel`, {});

    expect(answer.status).toBe(409);
    expect(answer.headers.get("x-should-retry")).toBe("false");
  });

  it("the same Idempotency-Key makes one batch, and a repetition by OpenAI's clients as well", async () => {
    const { id: input_file_id } = await openai.upload(fileText([aLine("a")]));
    const body = { input_file_id, endpoint: generationsUrl, completion_window: "24h" };
    const post = async (extra: Record<string, string>) => {
      const answer = await openai.post("/v1/batches", body, extra);
      return { id: ((await answer.json()) as { id: string }).id, replayed: answer.headers.get("idempotent-replayed") };
    };
    const named = await post({ "idempotency-key": "night-1" });
    const first = await post({ "x-stainless-retry-count": "0" });

    expect(await post({ "idempotency-key": "night-1" })).toEqual({ id: named.id, replayed: "true" });
    expect(await post({ "x-stainless-retry-count": "1" })).toEqual({ id: first.id, replayed: "true" });
    expect(first.id).not.toBe(named.id);
    const other = await openai.post("/v1/batches", { ...body, metadata: { a: "b" } }, { "idempotency-key": "night-1" });
    expect(other.status).toBe(409);
  });

  it("another caller sees neither the batch nor its files", async () => {
    const { id } = await openai.create([aLine("a")]);
    const { output_file_id } = await openai.end(id);
    const other = openAiCalls(stage, aSession());

    for (const path of [`/v1/batches/${id}`, `/v1/files/${output_file_id}`, `/v1/files/${output_file_id}/content`]) {
      expect((await other.get(path)).status).toBe(404);
    }
    expect(await (await other.get("/v1/batches")).json()).toMatchObject({ data: [] });
  });
});

describe("a file with faults", () => {
  it("a file with faults makes a failed batch that names all of them, and nothing is started", async () => {
    const batch = await openai.create([
      aLine("a"),
      "not json",
      aLine("a"),
      aLine("d", {}, { url: "/v1/chat/completions" }),
      aLine("e", {}, { method: "GET" }),
      aLine("f", {}, { body: undefined }),
      aLine("g", { prompt: "" }),
      aLine("h", { response_format: "b64_json" }),
      aLine("i", { image: aReference() }),
      aLine("j", { model: "imagen-9" }),
    ]);

    expect(batch).toMatchObject({ status: "failed", request_counts: { total: 0 }, output_file_id: null });
    expect(batch.errors?.data.map(({ line, code, param }) => [line, code, param])).toEqual([
      [2, "invalid_json", null],
      [3, "invalid_value", "custom_id"],
      [4, "invalid_value", "url"],
      [5, "invalid_value", "method"],
      [6, "missing_value", "body"],
      [7, "invalid_value", "prompt"],
      [8, "invalid_value", "response_format"],
      [9, "invalid_value", "image"],
      [10, "model_not_available", "model"],
    ]);
    expect(await openai.view(batch.id)).toEqual(batch);
    expect(stage.jobs()).toEqual([]);
  });

  it("the faults of long names are kept in short", async () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      aLine(`c${index}`, { [`photo_${"x".repeat(50_000)}`]: aReference() }),
    );
    const { status, errors } = await openai.create(lines);

    expect(status).toBe("failed");
    expect(errors?.data).toHaveLength(100);
    expect(JSON.stringify(errors).length).toBeLessThan(100_000);
  });

  it("edits without a reference image are at fault", async () => {
    expect(await openai.create([aLine("a", {}, { url: editsUrl })], { endpoint: editsUrl })).toMatchObject({
      errors: { data: [{ line: 1, code: "missing_value", param: "images" }] },
    });
  });

  it("a failed batch costs nothing, cannot be cancelled, and is the same again for the same Idempotency-Key", async () => {
    const { id: input_file_id } = await openai.upload(fileText([aLine("a", { prompt: "" })]));
    const body = { input_file_id, endpoint: generationsUrl, completion_window: "24h" };
    const post = async () => (await openai.post("/v1/batches", body, { "idempotency-key": "night-2" })).json();
    const batch = (await post()) as { id: string };

    expect(await post()).toEqual(batch);
    expect((await openai.post(`/v1/batches/${batch.id}/cancel`, {})).status).toBe(409);
  });
});

describe("a call that makes no batch", () => {
  it.each([
    ["an endpoint of another kind", { endpoint: "/v1/chat/completions" }, "endpoint"],
    ["another window", { completion_window: "1h" }, "completion_window"],
    ["an unknown file", { input_file_id: "file-V1StGXR8_Z5jdHi6B-myT" }, "input_file_id"],
    ["the file of a batch's results", { input_file_id: "file-V1StGXR8_Z5jdHi6B-myT-output" }, "input_file_id"],
    ["metadata that is no text", { metadata: { a: { b: 1 } } }, "metadata.a"],
  ])("a call with %s is refused with the name of the field", async (_what, change, param) => {
    expect(await openai.create([aLine("a")], change)).toMatchObject({ error: { param } });
  });

  it("the refusal of an endpoint names both that there are", async () => {
    const { error } = await openai.create([aLine("a")], { endpoint: "/v1/embeddings" });

    expect(error?.message).toContain(generationsUrl);
    expect(error?.message).toContain(editsUrl);
  });

  it("a file of another caller makes no batch", async () => {
    const { id } = await openAiCalls(stage, aSession()).upload(fileText([aLine("a")]));

    expect(await openai.create([aLine("a")], { input_file_id: id })).toMatchObject({
      error: { param: "input_file_id" },
    });
  });
});
