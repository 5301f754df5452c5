/**
 * OpenAI's package for Node in case of failures: the error it throws, and that its default automatic retries never pay
 * twice.
 */
import OpenAI, { APIError, AuthenticationError, BadRequestError, ConflictError, NotFoundError } from "openai";
import { describe, expect, it } from "vitest";
import { waitUntil } from "#test/support/wait-until.ts";
import { collect } from "./support/collect.ts";
import { startCuttingProxy } from "./support/cutting-proxy.ts";
import { filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

/** The SDK with the retry count of each request it has sent. */
function countingClient(apiKey: string) {
  const sent: (string | null)[] = [];
  const send: typeof fetch = (to, init) => {
    // Before its first form the SDK tests the features of fetch with a data: address.
    if (!String(to).startsWith("data:")) sent.push(new Headers(init?.headers).get("x-stainless-retry-count"));
    return fetch(to, init);
  };
  return { client: new OpenAI({ apiKey, baseURL: `${product.url}/v1`, fetch: send }), sent };
}

async function errorOf(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`no APIError: ${error}`);
}

const small = { model: "gpt-image-1", n: 1, size: "1024x1024" } as const;

describe("refusals", () => {
  type Refusal = [
    title: string,
    session: string,
    call: (client: OpenAI) => Promise<unknown>,
    kind: new (...args: never[]) => APIError,
    fields: { status: number; code: string; param?: string },
  ];
  const refusals: Refusal[] = [
    [
      "a model that does not exist",
      sessionOf("no-model"),
      (client) => client.images.generate({ prompt: "a lighthouse", model: "imagen-9" }),
      BadRequestError,
      { status: 400, code: "model_not_available", param: "model" },
    ],
    [
      "an empty prompt",
      sessionOf("no-prompt"),
      (client) => client.images.generate({ prompt: " " }),
      BadRequestError,
      { status: 400, code: "invalid_value", param: "prompt" },
    ],
    [
      "a request for too many images",
      sessionOf("many"),
      (client) => client.images.generate({ prompt: "a lighthouse", n: 40 }),
      BadRequestError,
      { status: 400, code: "invalid_value", param: "n" },
    ],
    [
      "a bad request for a stream",
      sessionOf("bad-stream"),
      (client) => client.images.generate({ prompt: " ", stream: true }),
      BadRequestError,
      { status: 400, code: "invalid_value", param: "prompt" },
    ],
    [
      "an API key that the server does not know",
      "sk-0123456789abcdef",
      (client) => client.images.generate({ prompt: "a lighthouse" }),
      AuthenticationError,
      { status: 401, code: "unauthorized" },
    ],
    [
      "a session that has expired",
      sessionOf("expired"),
      (client) => client.images.generate({ prompt: "a lighthouse" }),
      AuthenticationError,
      { status: 401, code: "session_expired" },
    ],
    [
      "an account without credits",
      sessionOf("nocredit"),
      (client) => client.images.generate({ prompt: "a lighthouse" }),
      APIError,
      { status: 402, code: "insufficient_credits" },
    ],
    [
      "an unknown model to retrieve",
      sessionOf("retrieve"),
      (client) => client.models.retrieve("imagen-9"),
      NotFoundError,
      { status: 404, code: "not_found" },
    ],
    [
      "an input that is not an image",
      sessionOf("no-image"),
      (client) =>
        client.images.edit({
          prompt: "a lighthouse",
          image: new File(["not an image"], "a.png", { type: "image/png" }),
        }),
      BadRequestError,
      { status: 400, code: "input_image_invalid" },
    ],
  ];

  it.concurrent.each(refusals)(
    "%s is refused with the SDK's own error, code and request id, and not sent again",
    async (_, session, call, kind, { status, code, param }) => {
      const { client, sent } = countingClient(session);
      const error = await errorOf(call(client));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ status, code, requestID: expect.any(String), ...(param && { param }) });
      expect(error.message).toMatch(/^\d{3} .*\w+ \w+/);
      expect(error.message).not.toContain(session);
      expect(sent).toEqual(["0"]);
    },
  );
});

describe("failed generations", () => {
  it.concurrent.each([
    ["sim:failed", APIError, { status: 424, code: "upstream_failed" }],
    ["sim:input-moderated", BadRequestError, { status: 400, code: "prompt_moderated" }],
    ["sim:output-moderated", BadRequestError, { status: 400, code: "output_moderated" }],
  ])(
    "a generation that failed is not submitted again by the SDK's automatic retries: %s",
    async (scenario, kind, fields) => {
      const prompt = `${scenario} a lighthouse`;
      const { client, sent } = countingClient(sessionOf(`once-${scenario.slice(4)}`));
      const error = await errorOf(client.images.generate({ prompt, ...small }));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject(fields);
      expect(sent).toEqual(["0"]);
      expect(await product.jobsFor(prompt)).toHaveLength(1);
    },
  );

  it.concurrent("a generation that fails in a stream throws its error in the middle and is not submitted again", async () => {
    const prompt = "sim:failed a lighthouse in a stream";
    const { client, sent } = countingClient(sessionOf("once-stream"));
    const stream = await client.images.generate({ prompt, ...small, stream: true });
    const error = await errorOf(collect(stream));
    expect(error).toMatchObject({ code: "upstream_failed", message: expect.stringMatching(/\w+ \w+/) });
    expect(sent).toEqual(["0"]);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
  });
});

describe("lost answers", () => {
  const slowScenario = "sim:slow";

  async function lose(prompt: string, isSeenBehind: boolean, call: (client: OpenAI) => Promise<OpenAI.ImagesResponse>) {
    const proxy = await startCuttingProxy(product.url, {
      when: () => waitUntil(async () => (await product.jobsFor(prompt)).length > 0),
      isSeenBehind,
    });
    try {
      const client = new OpenAI({ apiKey: sessionOf("lossy"), baseURL: `${proxy.url}/v1` });
      const answer = await call(client);
      expect(proxy.requests.map(({ headers }) => headers["x-stainless-retry-count"])).toEqual(["0", "1"]);
      expect(answer.data).toHaveLength(1);
      expect(sizeOfPng(Buffer.from(answer.data?.[0]?.b64_json ?? "", "base64"))).toEqual({ width: 1024, height: 1024 });
      const jobs = await product.jobsFor(prompt);
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({ charged: 1, refunded: 0 });
    } finally {
      await proxy.stop();
    }
  }

  it.concurrent.each([
    ["the API sees the disconnect", true],
    ["the API does not see the disconnect", false],
  ])("images.generate retries after a lost answer and joins the running task: %s", async (title, isSeenBehind) => {
    const prompt = `a lighthouse, lost: ${title} ${slowScenario}`;
    await lose(prompt, isSeenBehind, (client) => client.images.generate({ prompt, ...small }));
  });

  it.concurrent("images.edit retries after a lost answer and joins the running task", async () => {
    const prompt = `a lighthouse, lost: an edit ${slowScenario}`;
    const [image] = await filesFrom(linksOf(product.simulatorUrl, 1));
    if (image === undefined) throw new Error("no file");
    await lose(prompt, true, (client) => client.images.edit({ prompt, image, ...small }));
  });

  it.concurrent("an SDK that times out retries until the images are ready, and one job is made", async () => {
    const prompt = `a lighthouse for the impatient ${slowScenario}`;
    const { client, sent } = countingClient(sessionOf("impatient"));
    const answer = await client.images.generate({ prompt, ...small }, { timeout: 4_000, maxRetries: 5 });
    expect(answer.data).toHaveLength(1);
    expect(sent.slice(0, 2)).toEqual(["0", "1"]);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
  });
});

describe("a caller's time limit", () => {
  it.concurrent("a call that times out returns the task, and a later request with the same key returns the images", async () => {
    const prompt = "a lighthouse in good time sim:slow";
    const { client, sent } = countingClient(sessionOf("hurry"));
    const body = { prompt, ...small, model: "dall-e-3" };
    const headers = { "idempotency-key": "hurry-1" };
    const early = await client.images.generate(body, { headers: { ...headers, prefer: "wait=1" } }).withResponse();
    expect(early.response.status).toBe(202);
    expect(early.data).toMatchObject({ task_id: expect.stringMatching(/^imgtask_/), object: "image.generation.task" });
    const late = await client.images.generate(body, { headers });
    expect(late).toMatchObject({ task_id: (early.data as unknown as { task_id: string }).task_id });
    expect(late.data).toHaveLength(1);
    expect(sent).toEqual(["0", "0"]);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
  });
});

describe("repeated requests", () => {
  it.concurrent("a request that a caller repeats on purpose makes another job", async () => {
    const prompt = "a lighthouse, twice";
    const { client } = countingClient(sessionOf("twice"));
    const answers = await Promise.all(
      [1, 2].map(() => client.images.generate({ prompt, ...small, model: "dall-e-3" })),
    );
    expect(new Set(answers.map(({ data }) => data?.[0]?.url)).size).toBe(2);
    await client.images.generate({ prompt, ...small });
    expect(await product.jobsFor(prompt)).toHaveLength(3);
  });

  it.concurrent("an Idempotency-Key makes equal requests one job, and another body is a conflict without retries", async () => {
    const prompt = "a lighthouse by key";
    const { client, sent } = countingClient(sessionOf("keyed"));
    const headers = { "idempotency-key": "order-7" };
    const body = { prompt, ...small, model: "dall-e-3" };
    const first = await client.images.generate(body, { headers });
    const again = await client.images.generate(body, { headers });
    expect(again.data).toEqual(first.data);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
    sent.length = 0;
    const error = await errorOf(client.images.generate({ ...body, n: 2 }, { headers }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ status: 409, code: "idempotency_conflict" });
    expect(sent).toEqual(["0"]);
  });
});
