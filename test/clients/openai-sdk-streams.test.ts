/** Images as server-sent events, read by OpenAI's package for Node and by a gateway that relays them. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { collect } from "./support/collect.ts";
import { filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { type Product, sessionOf, startProduct } from "./support/product.ts";

let product: Product;

/** At this speed the images of a `sim:slow` job arrive one by one. */
const speed = 6;

beforeAll(async () => {
  product = await startProduct(speed);
});

afterAll(async () => {
  await product?.stop();
});

const clientOf = (name: string) => new OpenAI({ apiKey: sessionOf(name), baseURL: `${product.url}/v1` });
const decoded = (base64: string) => Buffer.from(base64, "base64");

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

describe("stream: true", () => {
  const shape = {
    b64_json: expect.any(String),
    created_at: expect.any(Number),
    size: "1024x1024",
    quality: expect.stringMatching(/^(low|medium|high|auto)$/),
    background: expect.stringMatching(/^(transparent|opaque|auto)$/),
    output_format: "png",
  };
  const small = { model: "gpt-image-1", size: "1024x1024", quality: "low", stream: true } as const;

  it.concurrent("a stream without partial_images has one completed event for each image and no partial ones", async () => {
    const prompt = "a lighthouse in a stream";
    const events = await collect(await clientOf("stream").images.generate({ prompt, n: 2, ...small }));
    expect(events).toHaveLength(2);
    for (const event of events) {
      expect(event).toMatchObject({ ...shape, type: "image_generation.completed", usage: noTokens });
      expect(sizeOfPng(decoded(event.b64_json))).toEqual({ width: 1024, height: 1024 });
    }
    expect(await onlyJobFor(prompt)).toMatchObject({ charged: 2 });
  });

  it.concurrent("early images are partial images, counted from 0 and at most as many as requested", async () => {
    const prompt = "a lighthouse in parts sim:slow";
    const request = { prompt, n: 4, partial_images: 2, ...small };
    const events = await collect(await clientOf("partial").images.generate(request));
    const types = events.map(({ type }) => type);
    const early = events.filter((event) => event.type === "image_generation.partial_image");
    expect(types.slice(early.length)).toEqual(Array(4).fill("image_generation.completed"));
    expect(early.map((event) => event.partial_image_index)).toEqual(early.length === 1 ? [0] : [0, 1]);
    for (const event of events) {
      expect(event).toMatchObject(shape);
      expect(sizeOfPng(decoded(event.b64_json))).toEqual({ width: 1024, height: 1024 });
    }
  });

  it.concurrent("an edit streams under its own event names", async () => {
    const prompt = "a lighthouse edited in a stream";
    const [image] = await filesFrom(linksOf(product.simulatorUrl, 1));
    if (image === undefined) throw new Error("no file");
    const events = await collect(await clientOf("edit-stream").images.edit({ prompt, image, n: 1, ...small }));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ ...shape, type: "image_edit.completed", usage: noTokens });
    expect((await onlyJobFor(prompt))?.inputs).toHaveLength(1);
  });
});

// new-api relays the stream in relay/channel/openai/relay_image.go.
describe("gateways", () => {
  /** The gateway drops comments and event names, so each data line must be complete JSON. */
  async function dataLines(prompt: string) {
    const answer = await fetch(`${product.url}/v1/images/generations`, {
      method: "POST",
      headers: { authorization: `Bearer ${sessionOf("relayed")}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt, model: "gpt-image-1", n: 1, size: "1024x1024", stream: true, partial_images: 0 }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const lines = (await answer.text()).split("\n").filter((line) => line.startsWith("data:"));
    return lines.map((line): unknown => JSON.parse(line.slice("data:".length)));
  }

  const imageEvent = z.object({
    type: z.string().optional(),
    error: z.object({ message: z.string().min(1) }).optional(),
  });

  it.concurrent("a gateway that reads only data lines can count the completed images", async () => {
    const events = (await dataLines("a lighthouse through a gateway")).map((event) => imageEvent.parse(event));
    expect(events.map(({ type }) => type)).toEqual(["image_generation.completed"]);
    expect(events.every(({ error }) => error === undefined)).toBe(true);
  });

  it.concurrent("a gateway that reads only data lines recognizes a failure by its error member", async () => {
    const events = (await dataLines("sim:input-moderated a lighthouse through a gateway")).map((event) =>
      imageEvent.parse(event),
    );
    expect(events).toHaveLength(1);
    expect(events[0]?.error?.message).toMatch(/\w+ \w+/);
  });
});
