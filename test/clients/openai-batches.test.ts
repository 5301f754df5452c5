/** OpenAI's package for Node drives a batch from its file to its results, against the whole product. */
import OpenAI, { BadRequestError, ConflictError, NotFoundError, toFile } from "openai";
import type { Batch } from "openai/resources/batches";
import { describe, expect, it } from "vitest";
import { collect } from "./support/collect.ts";
import { linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

const clientOf = (name: string) => new OpenAI({ apiKey: sessionOf(name), baseURL: `${product.url}/openai/v1` });

const small = { model: "gpt-image-1", size: "1024x1024" };
const aLine = (custom_id: string, prompt: string, url: Batch["endpoint"] = "/v1/images/generations", rest = {}) => ({
  ...{ custom_id, method: "POST", url },
  body: { prompt, ...small, ...rest },
});

async function startBatch(openai: OpenAI, lines: object[], endpoint: "/v1/images/generations" | "/v1/images/edits") {
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  const file = await openai.files.create({ file: await toFile(Buffer.from(text), "night.jsonl"), purpose: "batch" });
  return openai.batches.create({ input_file_id: file.id, endpoint, completion_window: "24h" });
}

const ends = ["completed", "failed", "expired", "cancelled"];

/** The loop of OpenAI's guide. */
async function ended(openai: OpenAI, { id }: Batch): Promise<Batch> {
  for (;;) {
    const batch = await openai.batches.retrieve(id);
    if (ends.includes(batch.status)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function linesOf(openai: OpenAI, file: string | null | undefined) {
  const answer = await openai.files.content(file ?? "");
  const text = await answer.text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("a batch by OpenAI's package", () => {
  it.concurrent("a batch runs from an uploaded file to an output file with images and an error file with failures", async () => {
    const openai = clientOf("batch");
    const prompt = "a lighthouse of a batch";
    const lines = [
      aLine("first", prompt),
      aLine("refused", "a lighthouse sim:input-moderated"),
      aLine("last", "the last lighthouse of a batch"),
    ];
    const batch = await startBatch(openai, lines, "/v1/images/generations");
    expect(batch).toMatchObject({ object: "batch", status: "in_progress", request_counts: { total: 3 } });
    const end = await ended(openai, batch);

    expect(end).toMatchObject({ status: "completed", request_counts: { total: 3, completed: 2, failed: 1 } });
    const made = await linesOf(openai, end.output_file_id);
    expect(made).toMatchObject([
      { custom_id: "first", error: null, response: { status_code: 200 } },
      { custom_id: "last", error: null, response: { status_code: 200 } },
    ]);
    const [{ url }] = made[0].response.body.data;
    const image = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(sizeOfPng(image)).toEqual({ width: 1024, height: 1024 });
    expect(await linesOf(openai, end.error_file_id)).toMatchObject([
      { custom_id: "refused", response: { status_code: 400, body: { error: { code: "prompt_moderated" } } } },
    ]);
    expect(await product.jobsFor(prompt)).toMatchObject([{ charged: 1 }]);
    expect(await openai.files.retrieve(end.output_file_id ?? "")).toMatchObject({ purpose: "batch_output" });
  });

  it.concurrent("a batch of edits has the reference images of its requests", async () => {
    const openai = clientOf("batch-edits");
    const prompt = "a lighthouse of a batch of edits";
    const images = linksOf(product.simulatorUrl, 2).map((image_url) => ({ image_url }));
    const line = aLine("edit", prompt, "/v1/images/edits", { images });
    const end = await ended(openai, await startBatch(openai, [line], "/v1/images/edits"));

    expect(end.request_counts).toEqual({ total: 1, completed: 1, failed: 0 });
    expect((await product.jobsFor(prompt))[0]?.inputs).toHaveLength(2);
  });

  it.concurrent("a file with faults makes a failed batch, whose errors name each line", async () => {
    const openai = clientOf("batch-faults");
    const lines = [aLine("a", ""), aLine("a", "a lighthouse"), aLine("a", "another")];
    const end = await ended(openai, await startBatch(openai, lines, "/v1/images/generations"));

    expect(end.status).toBe("failed");
    expect(end.errors?.data).toMatchObject([
      { line: 1, param: "prompt", message: expect.any(String) },
      { line: 2, param: "custom_id" },
      { line: 3, param: "custom_id" },
    ]);
  });

  it.concurrent("a batch is cancelled, and listed with the others through the package's pages", async () => {
    const openai = clientOf("batch-cancel");
    const ids: string[] = [];
    for (const name of ["one", "two", "three"]) {
      const lines = Array.from({ length: 8 }, (_, index) =>
        aLine(`${index}`, `a lighthouse ${name} ${index} sim:slow`),
      );
      ids.push((await startBatch(openai, lines, "/v1/images/generations")).id);
    }
    const [first = ""] = ids;
    expect(await openai.batches.cancel(first)).toMatchObject({ status: expect.stringMatching(/^cancell/) });
    const end = await ended(openai, { id: first } as Batch);

    expect(end.status).toBe("cancelled");
    const errors = await linesOf(openai, end.error_file_id);
    expect(errors.at(-1)).toMatchObject({ custom_id: "7", response: null, error: { code: "batch_cancelled" } });
    expect((await collect(openai.batches.list({ limit: 1 }))).map(({ id }) => id)).toEqual(ids.toReversed());
    for (const id of ids.slice(1)) await openai.batches.cancel(id);
  });

  it.concurrent("files are listed through the package's pages, read and deleted, by their caller only", async () => {
    const openai = clientOf("batch-files");
    const upload = async (text: string) =>
      openai.files.create({ file: await toFile(Buffer.from(text), "a.jsonl"), purpose: "batch" });
    const ids = [(await upload('{"a":1}')).id, (await upload('{"b":2}')).id];

    expect(new Set((await collect(openai.files.list({ limit: 1 }))).map(({ id }) => id))).toEqual(new Set(ids));
    expect(await (await openai.files.content(ids[0] ?? "")).text()).toBe('{"a":1}');
    expect(await openai.files.delete(ids[0] ?? "")).toMatchObject({ deleted: true });
    await expect(openai.files.retrieve(ids[0] ?? "")).rejects.toThrow(NotFoundError);
    await expect(clientOf("batch-stranger").files.content(ids[1] ?? "")).rejects.toThrow(NotFoundError);
  });

  it.concurrent("refusals are errors of the package, without a retry", async () => {
    const openai = clientOf("batch-refusals");
    const file = await toFile(Buffer.from("{}"), "a.jsonl");
    await expect(openai.files.create({ file, purpose: "fine-tune" })).rejects.toThrow(BadRequestError);
    const batch = { endpoint: "/v1/embeddings", completion_window: "24h" } as const;
    await expect(openai.batches.create({ ...batch, input_file_id: "file-x" })).rejects.toThrow(/images\/edits/);
    const end = await ended(openai, await startBatch(openai, [aLine("a", "")], "/v1/images/generations"));
    await expect(openai.batches.cancel(end.id)).rejects.toThrow(ConflictError);
  });
});
