/**
 * OpenAI's package for Node, and the other packages, with a key of a cloud in place of a session against the whole
 * product: the images that they receive, and that nothing they do by themselves is charged twice.
 */
import OpenAI, { APIError, AuthenticationError } from "openai";
import { describe, expect, it } from "vitest";
import { simulatorState } from "#test/integration/support/caller.ts";
import { readImageHeader } from "#test/simulator/image-header.ts";
import type { ReceivedImage } from "./client.ts";
import { packageClients } from "./packages.ts";
import { collect } from "./support/collect.ts";
import { startWatchingProxy } from "./support/cutting-proxy.ts";
import { checksumOf, filesFrom, linksOf } from "./support/images.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

/** A key for one test. */
const keyOf = (word: string) => `ark-ap-demo-key-ap-client-${word}`;

/** OpenAI's package with the retry count of each request it has sent. */
function clientOf(word: string) {
  const sent: (string | null)[] = [];
  const send: typeof fetch = (to, init) => {
    // Before its first form the SDK tests the features of fetch with a data: address.
    if (!String(to).startsWith("data:")) sent.push(new Headers(init?.headers).get("x-stainless-retry-count"));
    return fetch(to, init);
  };
  return { client: new OpenAI({ apiKey: keyOf(word), baseURL: `${product.url}/v1`, fetch: send }), sent };
}

/** The accepted calls with exactly this prompt, oldest first. */
const callsFor = async (prompt: string) =>
  (await simulatorState(product.simulatorUrl)).ark.ledger.filter((call) => call.prompt === prompt);

const chargesFor = async (prompt: string) => (await callsFor(prompt)).map(({ images }) => images);

const decoded = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64");

async function fetched(url: string | undefined): Promise<Buffer> {
  const answer = await fetch(url ?? "");
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function errorOf(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`no APIError: ${error}`);
}

const model = "seedream-5.0-flash";
const small = { model, n: 1, size: "1024x1024" } as const;
const square = { format: "jpeg", width: 1024, height: 1024 };
const large = { format: "jpeg", width: 2048, height: 2048 };

describe("images.generate with a key", () => {
  it.concurrent("images.generate with a key returns links to the images", async () => {
    const prompt = "a harbour by links";
    const { client } = clientOf("links");
    const { data } = await client.images.generate({ prompt, ...small, response_format: "url" });
    expect(data).toHaveLength(1);
    expect(data?.[0]?.b64_json).toBeUndefined();
    expect(readImageHeader(await fetched(data?.[0]?.url))).toEqual(square);
    expect(await callsFor(prompt)).toMatchObject([
      { key: "demo-key-ap-client-links", images: 1, size: "1024x1024", watermarked: false, outcome: "answered" },
    ]);
  });

  it.concurrent("images.generate with a key returns base64 without links when base64 is requested", async () => {
    const prompt = "a harbour in base64";
    const { client } = clientOf("base64");
    const { data } = await client.images.generate({ prompt, ...small, response_format: "b64_json" });
    expect(data).toHaveLength(1);
    expect(data?.[0]?.url).toBeUndefined();
    expect(readImageHeader(decoded(data?.[0]?.b64_json))).toEqual(square);
    expect(await chargesFor(prompt)).toEqual([1]);
  });

  it.concurrent("an exact size that no table has is made with a key", async () => {
    const { client } = clientOf("exact");
    const { data } = await client.images.generate({ prompt: "a harbour, exactly", model, size: "1234x1000" });
    expect(readImageHeader(await fetched(data?.[0]?.url))).toMatchObject({ width: 1234, height: 1000 });
  });

  it.concurrent.each([
    ["two calls of one image each, of a model that makes one", "seedream-5.0-flash", [1, 1]],
    ["one call of two images, of a model that makes several", "seedream-4.5", [2]],
  ])("two images with a key are %s", async (title, id, charges) => {
    const prompt = `two harbours, ${title}`;
    const { client } = clientOf(`two-${charges.length}`);
    const { data } = await client.images.generate({ prompt, model: id, n: 2, size: "2048x2048" });
    expect(new Set(data?.map(({ url }) => url)).size).toBe(2);
    for (const { url } of data ?? []) expect(readImageHeader(await fetched(url))).toEqual(large);
    expect(await chargesFor(prompt)).toEqual(charges);
  });

  it.concurrent.each(["gpt-image-1", "dall-e-3"])(
    "%s is a name of the default model of the key's cloud",
    async (name) => {
      const prompt = `a harbour by ${name}`;
      const { client } = clientOf(`named-${name}`);
      const { data } = await client.images.generate({ prompt, model: name, n: 1, size: "1024x1024" });
      const { url, b64_json } = data?.[0] ?? {};
      // OpenAI's gpt models never return links; the older models do by default.
      const image = name.startsWith("gpt") ? decoded(b64_json) : await fetched(url);
      expect(readImageHeader(image)).toEqual(large);
      expect(await callsFor(prompt)).toMatchObject([{ model: "seedream-4-5-251128", images: 1 }]);
    },
  );
});

describe("images.edit with a key", () => {
  it.concurrent("images.edit with a key makes an image from two files, in their order", async () => {
    const prompt = "a harbour from two files";
    const image = await filesFrom(linksOf(product.simulatorUrl, 2));
    const { client } = clientOf("edit");
    const { data } = await client.images.edit({ prompt, image, ...small });
    expect(data).toHaveLength(1);
    expect(readImageHeader(await fetched(data?.[0]?.url))).toEqual(square);
    const inputs = await Promise.all(image.map(checksumOf));
    expect(await callsFor(prompt)).toMatchObject([{ images: 1, inputs, outcome: "answered" }]);
  });
});

describe("stream: true with a key", () => {
  type Events = { type: string; b64_json: string; partial_image_index?: number }[];

  const typesOf = (events: Events) =>
    events.map(({ type, partial_image_index: index }) => `${type}${index === undefined ? "" : ` ${index}`}`);

  it.concurrent("a stream with a key has the earliest images as partial ones, then all of them", async () => {
    const prompt = "nine harbours in a stream";
    const { client } = clientOf("partial");
    // A key has eight calls in the air, so the ninth image comes after the first.
    const request = { prompt, ...small, n: 9, stream: true, partial_images: 2 } as const;
    const events: Events = await collect(await client.images.generate(request));
    const early = ["image_generation.partial_image 0", "image_generation.partial_image 1"];
    expect(typesOf(events)).toEqual([...early, ...Array(9).fill("image_generation.completed")]);
    for (const { b64_json } of events) expect(readImageHeader(decoded(b64_json))).toEqual(square);
    expect(await chargesFor(prompt)).toEqual(Array(9).fill(1));
  });

  it.concurrent("a stream with a key has the images of one call as completed events", async () => {
    const prompt = "four harbours in a stream";
    const { client } = clientOf("group-stream");
    const request = { prompt, model: "seedream-4.0", n: 4, size: "1024x1024", stream: true } as const;
    const events: Events = await collect(await client.images.generate(request));
    expect(typesOf(events)).toEqual(Array(4).fill("image_generation.completed"));
    expect(new Set(events.map(({ b64_json }) => b64_json)).size).toBe(4);
    expect(await chargesFor(prompt)).toEqual([4]);
  });

  it.concurrent("an edit with a key streams under its own event names", async () => {
    const prompt = "a harbour edited in a stream";
    const image = await filesFrom(linksOf(product.simulatorUrl, 2));
    const { client } = clientOf("edit-stream");
    const events: Events = await collect(await client.images.edit({ prompt, image, ...small, stream: true }));
    expect(typesOf(events)).toEqual(["image_edit.completed"]);
    expect(await callsFor(prompt)).toMatchObject([{ images: 1, inputs: [expect.any(String), expect.any(String)] }]);
  });
});

describe("failures with a key", () => {
  it.concurrent("an unknown outcome is an error that the package does not repeat, and its Idempotency-Key returns it again uncharged", async () => {
    const prompt = "a harbour, lost ark:drop-after";
    const { client, sent } = clientOf("lost");
    const headers = { "idempotency-key": "lost-1" };
    const unknown = { status: 424, code: "outcome_unknown", message: expect.stringMatching(/charged/) };
    expect(await errorOf(client.images.generate({ prompt, ...small }, { headers }))).toMatchObject(unknown);
    expect(sent).toEqual(["0"]);
    expect(await callsFor(prompt)).toMatchObject([{ images: 1, outcome: "lost" }]);

    expect(await errorOf(client.images.generate({ prompt, ...small }, { headers }))).toMatchObject(unknown);
    expect(sent).toEqual(["0", "0"]);
    expect(await chargesFor(prompt)).toEqual([1]);
  });

  it.concurrent("an unknown outcome ends a stream with its error, and the package does not repeat it", async () => {
    const prompt = "a harbour, lost in a stream ark:drop-after";
    const { client, sent } = clientOf("lost-stream");
    const stream = await client.images.generate({ prompt, ...small, stream: true });
    expect(await errorOf(collect(stream))).toMatchObject({ code: "outcome_unknown" });
    expect(sent).toEqual(["0"]);
    expect(await chargesFor(prompt)).toEqual([1]);
  });

  it.concurrent("a group whose answer breaks after its first image returns that image and is charged once", async () => {
    const prompt = "three harbours, broken ark:stream-broken";
    const { client, sent } = clientOf("broken");
    const { data } = await client.images.generate({ prompt, model: "seedream-4.5", n: 3, size: "2048x2048" });
    expect(data).toHaveLength(1);
    expect(readImageHeader(await fetched(data?.[0]?.url))).toEqual(large);
    expect(sent).toEqual(["0"]);
    expect(await chargesFor(prompt)).toEqual([3]);
  });

  it.concurrent("a rate refusal is waited out, and the package receives its images in one request", async () => {
    const prompt = "a harbour after a while ark:429-burst-retry-after-once";
    const { client, sent } = clientOf("burst");
    const { data } = await client.images.generate({ prompt, ...small });
    expect(readImageHeader(await fetched(data?.[0]?.url))).toEqual(square);
    expect(sent).toEqual(["0"]);
    expect(await chargesFor(prompt)).toEqual([1]);
  });

  it.concurrent("a refused key is an authentication error that is not sent again and does not show the key", async () => {
    const prompt = "a harbour with a refused key";
    const { client, sent } = clientOf("flagged-x");
    const error = await errorOf(client.images.generate({ prompt, ...small }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: "key_refused", requestID: expect.any(String) });
    expect(JSON.stringify([error.message, error.error])).not.toContain("demo-key");
    expect(sent).toEqual(["0"]);
    expect(await callsFor(prompt)).toEqual([]);
  });

  it.concurrent("a key without its cloud is an authentication error, and no cloud is asked", async () => {
    const apiKey = "ark-1a2b3c4d-1111-4aaa-9bbb-00000000c3f9-abcde";
    const client = new OpenAI({ apiKey, baseURL: `${product.url}/v1` });
    const prompt = "a harbour with a key of no cloud";
    const error = await errorOf(client.images.generate({ prompt, ...small }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain("ark-ap-");
    expect(error.message).not.toContain(apiKey);
    expect(await callsFor(prompt)).toEqual([]);
  });
});

describe("the other packages with a key", () => {
  /** Gives every row a word for its key. */
  const numbered = (word: string) =>
    packageClients.map((client, index) => ({ ...client, word: `${word}-${index + 1}` }));

  /** Runs the package behind a proxy that counts its requests. */
  async function counted<T>(use: (base: string) => Promise<T>) {
    const network = await startWatchingProxy(product.url);
    try {
      const [result] = await Promise.allSettled([use(`${network.url}/v1`)]);
      return { result, asked: network.requests.filter(({ method }) => method === "POST").length };
    } finally {
      await network.stop();
    }
  }

  const headerOf = async (image: ReceivedImage) =>
    readImageHeader(image.kind === "bytes" ? image.bytes : await fetched(image.url));

  /** Read before the proxy stops, because links lead through it. */
  const received = (images: ReceivedImage[]) => Promise.all(images.map(headerOf));

  it.concurrent.each(numbered("package"))(
    "one requested image is one request, one paid call and one received image with a key: $name",
    async ({ generate, word }) => {
      const prompt = `a harbour for ${word}`;
      const { result, asked } = await counted(async (base) =>
        received(await generate({ base, key: keyOf(word), model, prompt, n: 1 })),
      );
      expect(result).toEqual({ status: "fulfilled", value: [square] });
      expect(asked).toBe(1);
      expect(await chargesFor(prompt)).toEqual([1]);
    },
  );

  it.concurrent.each(numbered("editing").flatMap(({ edit, ...row }) => (edit === undefined ? [] : [{ ...row, edit }])))(
    "one image from two files is one request and one paid call with a key: $name",
    async ({ edit, word }) => {
      const prompt = `a harbour for ${word}`;
      const files = await filesFrom(linksOf(product.simulatorUrl, 2));
      const { result, asked } = await counted(async (base) =>
        // This package reads base64 only, which a base with /openai returns beside the link.
        received(await edit({ base: base.replace("/v1", "/openai/v1"), key: keyOf(word), model, prompt, n: 1, files })),
      );
      expect(result).toEqual({ status: "fulfilled", value: [square] });
      expect(asked).toBe(1);
      expect(await callsFor(prompt)).toMatchObject([{ images: 1, inputs: await Promise.all(files.map(checksumOf)) }]);
    },
  );

  it.concurrent.each(numbered("unknown"))(
    "a call with an unknown outcome is not repeated with a key: $name",
    async ({ generate, word }) => {
      const prompt = `a harbour for ${word} ark:drop-after`;
      const { result, asked } = await counted((base) => generate({ base, key: keyOf(word), model, prompt, n: 1 }));
      expect(result.status).toBe("rejected");
      expect(asked).toBe(1);
      expect(await chargesFor(prompt)).toEqual([1]);
    },
  );
});
