/** OpenAI's package for Node against the whole product. */
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { collect } from "./support/collect.ts";
import { checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

const clientOf = (name: string) => new OpenAI({ apiKey: sessionOf(name), baseURL: `${product.url}/v1` });

const decoded = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64");

async function fetched(url: string | undefined): Promise<Buffer> {
  const answer = await fetch(url ?? "");
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function single(files: File[]): File {
  const [file] = files;
  if (file === undefined || files.length > 1) throw new Error("not one file");
  return file;
}

async function onlyJobFor(prompt: string) {
  const jobs = await product.jobsFor(prompt);
  expect(jobs).toHaveLength(1);
  return jobs[0];
}

const noTokens = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
};

describe("images.generate", () => {
  it.concurrent("images.generate returns the requested number of links, without base64", async () => {
    const prompt = "a lighthouse by links";
    const { data: answer, response } = await clientOf("links")
      .images.generate({ prompt, model: "dreamina-4.5", n: 2, size: "1024x1024", response_format: "url" })
      .withResponse();
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({ created: expect.any(Number), usage: noTokens });
    expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(120);
    expect(answer.data).toHaveLength(2);
    for (const { url, b64_json } of answer.data ?? []) {
      expect(b64_json).toBeUndefined();
      expect(sizeOfPng(await fetched(url))).toEqual({ width: 1024, height: 1024 });
    }
    expect(await onlyJobFor(prompt)).toMatchObject({ plannedImages: 2, charged: 2 });
  });

  it.concurrent("images.generate returns base64 without links when base64 is requested", async () => {
    const prompt = "a lighthouse in base64";
    const request = { prompt, n: 1, size: "1024x1024", response_format: "b64_json" } as const;
    const answer = await clientOf("base64").images.generate(request);
    expect(answer.data).toHaveLength(1);
    expect(answer.data?.[0]?.url).toBeUndefined();
    expect(sizeOfPng(decoded(answer.data?.[0]?.b64_json))).toEqual({ width: 1024, height: 1024 });
    expect(await onlyJobFor(prompt)).toMatchObject({ charged: 1 });
  });

  it.concurrent.each([
    ["low", 1024],
    ["standard", 1024],
    ["medium", 2048],
    ["hd", 2048],
    ["high", 4096],
  ] as const)("quality %s makes images of %i pixels", async (quality, width) => {
    const prompt = `a lighthouse in ${quality}`;
    const answer = await clientOf(`quality-${quality}`).images.generate({ prompt, n: 1, quality });
    expect(sizeOfPng(await fetched(answer.data?.[0]?.url))).toMatchObject({ width });
  });

  it.concurrent.each([
    ["256x256", 1],
    ["1792x1024", 16 / 9],
    ["1024x1792", 9 / 16],
    ["1536x1024", 3 / 2],
    ["1024x1536", 2 / 3],
    ["auto", 1],
  ] as const)("size %s makes images of the nearest ratio", async (size, ratio) => {
    const prompt = `a lighthouse of ${size}`;
    const answer = await clientOf(`size-${size}`).images.generate({ prompt, n: 1, size, quality: "low" });
    const { width, height } = sizeOfPng(await fetched(answer.data?.[0]?.url));
    expect(width / height).toBeCloseTo(ratio, 1);
  });

  it.concurrent.each(["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "dall-e-2", "dall-e-3"])(
    "%s is a name of the default model",
    async (model) => {
      const [named, usual] = [`a lighthouse by ${model}`, `a lighthouse by ${model}, as usual`];
      const client = clientOf(`named-${model.replaceAll(".", "-")}`);
      const small = { n: 1, size: "1024x1024" } as const;
      const [answer] = await Promise.all([
        client.images.generate({ prompt: named, model, ...small }),
        client.images.generate({ prompt: usual, ...small }),
      ]);
      expect((await onlyJobFor(named))?.model).toBe((await onlyJobFor(usual))?.model);
      const { url, b64_json } = answer.data?.[0] ?? {};
      // OpenAI's gpt models never return links; the older models do by default.
      if (model.startsWith("gpt")) expect(sizeOfPng(decoded(b64_json))).toEqual(sizeOfPng(await fetched(url)));
      else expect(sizeOfPng(await fetched(url))).toEqual({ width: 1024, height: 1024 });
    },
  );

  it.concurrent("images.generate with only a prompt waits for the images", async () => {
    const answer = await clientOf("prompt").images.generate({ prompt: "a lighthouse, no more words" });
    expect(answer.data).toHaveLength(1);
  });
});

describe("images.edit", () => {
  it.concurrent.each([
    ["one file", 1],
    ["three files", 3],
  ])("images.edit makes an image from %s, in their order", async (name, count) => {
    const prompt = `a lighthouse from ${name}`;
    const files = await filesFrom(linksOf(product.simulatorUrl, count));
    const image = count === 1 ? single(files) : files;
    const request = { prompt, model: "gpt-image-1", n: 1, size: "1024x1024" } as const;
    const answer = await clientOf(`edit-${count}`).images.edit({ ...request, image });
    expect(answer.data).toHaveLength(1);
    expect(sizeOfPng(decoded(answer.data?.[0]?.b64_json))).toEqual({ width: 1024, height: 1024 });
    const job = await onlyJobFor(prompt);
    expect(job?.inputs.map(({ crc32 }) => crc32)).toEqual(await Promise.all(files.map(checksumOf)));
    expect(job).toMatchObject({ charged: 1 });
  });
});

describe("ten images", () => {
  it.concurrent("an edit for ten images, more than one job makes, returns ten different ones and pays for ten", async () => {
    const prompt = "a lighthouse, ten times";
    const [image] = await filesFrom(linksOf(product.simulatorUrl, 1));
    if (image === undefined) throw new Error("no file");
    // This model makes four images for each job; a job of eight would stall after four.
    const request = { prompt, model: "dreamina-5.0-pro", n: 10, size: "1024x1024" } as const;
    const { data } = await clientOf("ten").images.edit({ ...request, image });
    expect(new Set(data?.map(({ url }) => url)).size).toBe(10);
    const jobs = await product.jobsFor(prompt);
    expect(jobs.map(({ charged }) => charged).toSorted()).toEqual([2, 4, 4]);
    for (const { inputs } of jobs) expect(inputs.map(({ crc32 }) => crc32)).toEqual([await checksumOf(image)]);
  });
});

describe("models", () => {
  it("models.list lists the models through the SDK's pagination", async () => {
    const models = await collect(clientOf("models").models.list());
    expect(models.map(({ id }) => id)).toContain("dreamina-4.5");
    for (const model of models) {
      expect(model).toMatchObject({ object: "model", created: expect.any(Number), owned_by: expect.any(String) });
    }
  });

  it("models.retrieve returns a model by its name", async () => {
    expect(await clientOf("model").models.retrieve("dreamina-4.5")).toMatchObject({
      id: "dreamina-4.5",
      object: "model",
    });
  });
});
