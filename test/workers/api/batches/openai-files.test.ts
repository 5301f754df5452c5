/** Files of requests for OpenAI's Batch API. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { aLine, fileText, openAiCalls } from "#test/workers/support/openai-batches.ts";
import { aPool } from "#test/workers/support/pool.ts";
import { aSession, call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
let openai: ReturnType<typeof openAiCalls>;
beforeEach(() => {
  stage = setStage();
  openai = openAiCalls(stage);
});

const list = async (calls: typeof openai, query = "") =>
  (await calls.get(`/v1/files${query}`)).json() as Promise<{ data: { id: string }[]; has_more: boolean }>;

describe("a file", () => {
  it("an uploaded file is listed, described and read as it was sent, until it is deleted", async () => {
    const text = `${fileText([aLine("a"), aLine("灯塔")])}\r\n`;
    const file = await openai.upload(text);

    expect(file).toEqual({
      ...{ id: expect.stringMatching(/^file-/), object: "file", purpose: "batch", status: "processed" },
      ...{ bytes: new TextEncoder().encode(text).byteLength, filename: "night requests.jsonl" },
      ...{ created_at: Date.now() / 1000, expires_at: Date.now() / 1000 + 7 * 24 * 60 * 60 },
    });
    expect(await list(openai)).toMatchObject({ object: "list", data: [file], has_more: false });
    expect(await (await openai.get(`/v1/files/${file.id}`)).json()).toEqual(file);
    const content = await openai.get(`/openai/v1/files/${file.id}/content`);
    expect(await content.text()).toBe(text);
    expect(content.headers.get("cache-control")).toContain("no-store");

    expect(await (await openai.remove(file.id)).json()).toEqual({ id: file.id, object: "file", deleted: true });
    expect((await openai.get(`/v1/files/${file.id}`)).status).toBe(404);
    expect((await openai.remove(file.id)).status).toBe(404);
    expect(await list(openai)).toMatchObject({ data: [] });
  });

  it("the list is in pages, the newest first or last, and of one purpose", async () => {
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      ids.push((await openai.upload(fileText([aLine(name)]))).id);
      stage.advance(1);
    }
    const [a, b, c] = ids;
    const idsOf = async (query: string) => (await list(openai, query)).data.map(({ id }) => id);

    expect(await idsOf("?limit=2")).toEqual([c, b]);
    expect(await idsOf(`?limit=2&after=${b}`)).toEqual([a]);
    expect(await idsOf("?order=asc&limit=1")).toEqual([a]);
    expect(await list(openai, "?limit=2")).toMatchObject({ has_more: true, last_id: b });
    expect(await idsOf("?purpose=batch_output")).toEqual([]);
    expect(await list(openai, "?after=file-none")).toMatchObject({ error: { param: "after" } });
  });

  it("a file is not there for another caller, nor for the holder of another API key", async () => {
    const pool = await aPool(aSession());
    const [alice, bob] = pool.keys.map((key) => openAiCalls(stage, key, pool.bindings));
    const { id } = (await alice?.upload(fileText([aLine("a")]))) ?? { id: "" };

    for (const other of [bob, openai]) {
      expect((await other?.get(`/v1/files/${id}`))?.status).toBe(404);
      expect((await other?.get(`/v1/files/${id}/content`))?.status).toBe(404);
      expect((await other?.remove(id))?.status).toBe(404);
      expect(other && (await list(other)).data).toEqual([]);
    }
    expect((await alice?.get(`/v1/files/${id}`))?.status).toBe(200);
  });

  it("a file is gone after its time, and from the bucket with the next upload", async () => {
    const form = new FormData();
    form.set("purpose", "batch");
    form.set("file", new File([fileText([aLine("a")])], "a.jsonl"));
    form.set("expires_after[anchor]", "created_at");
    form.set("expires_after[seconds]", "3600");
    const { id } = (await (await openai.postForm(form)).json()) as { id: string };
    stage.advance(3_600);

    expect((await openai.get(`/v1/files/${id}/content`)).status).toBe(404);
    expect(await list(openai)).toMatchObject({ data: [] });
    await openai.upload(fileText([aLine("b")]));
    expect((await env.INPUTS.list()).objects).toHaveLength(1);
  });

  it("files need an Authorization", async () => {
    expect((await call("/v1/files")).status).toBe(401);
    expect((await call("/v1/files/file-V1StGXR8_Z5jdHi6B-myT")).status).toBe(401);
  });
});

describe("an upload that is refused", () => {
  it.each([
    ["another purpose", fileText([aLine("a")]), "fine-tune", "invalid_value", "purpose"],
    ["no purpose", fileText([aLine("a")]), null, "missing_value", "purpose"],
    ["an empty file", "\n \n", "batch", "invalid_value", "file"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0xff]), "batch", "invalid_value", "file"],
    ["more than 1,000 lines", "{}\n".repeat(1_001), "batch", "invalid_value", "file"],
    ["more than 10 MiB", " ".repeat(10 * 1024 * 1024 + 1), "batch", "body_too_large", "file"],
    ["much more than 10 MiB", " ".repeat(11 * 1024 * 1024), "batch", "body_too_large", "file"],
  ])("an upload with %s is refused, and nothing is stored", async (_what, content, purpose, code, param) => {
    expect(await openai.upload(content, purpose)).toMatchObject({ error: { code, param } });
    expect((await env.INPUTS.list()).objects).toEqual([]);
  });

  it("the refusal of a large file says how much there may be", async () => {
    expect((await openai.upload("{}\n".repeat(1_001))).error?.message).toContain("1,000");
    expect((await openai.upload(" ".repeat(10 * 1024 * 1024 + 1))).error?.message).toContain("10 MiB");
  });

  it("a form without a file, and a body that is no form, are refused", async () => {
    const form = new FormData();
    form.set("purpose", "batch");

    expect(await (await openai.postForm(form)).json()).toMatchObject({
      error: { code: "missing_value", param: "file" },
    });
    expect((await openai.post("/v1/files", { purpose: "batch" })).status).toBe(415);
  });
});
