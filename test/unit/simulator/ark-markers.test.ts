import { describe, expect, test } from "vitest";
import { arkMarkers } from "#test/simulator/ark/markers.ts";
import {
  accepted,
  answerOf,
  callArk,
  eventsIn,
  type Fields,
  isPending,
  ledgerOf,
  linkOf,
  models,
  refusalOf,
} from "./ark-support.ts";
import { frozen } from "./support.ts";

const atOnce = () => frozen({ arkSeconds: 0, pictureDots: 16 });
const group: Fields = {
  model: models.lite,
  size: "2048x2048",
  sequential_image_generation: "auto",
  sequential_image_generation_options: { max_images: 3 },
};
const marked = (name: string): Fields => ({ prompt: `a lighthouse ark:${name} at noon` });

const refusals = {
  "429-ipm": "429 ModelAccountIpmRateLimitExceeded",
  "429-rpm": "429 ModelAccountRpmRateLimitExceeded",
  "429-overloaded": "429 ServerOverloaded",
  "429-burst": "429 RequestBurstTooFast",
  "429-inflight": "429 InflightBatchsizeExceeded",
  "429-quota": "429 QuotaExceeded",
  "429-capped": "429 SetLimitExceeded",
  "400-parameter": "400 InvalidParameter",
  "400-text-moderated": "400 InputTextSensitiveContentDetected",
  "400-input-moderated": "400 InputImageSensitiveContentDetected",
  "400-detection-error": "400 ContentSecurityDetectionError",
  "401": "401 AuthenticationError",
  "403-overdue": "403 AccountOverdueError",
  "403-not-open": "403 OperationDenied.ServiceNotOpen",
  "404-model": "404 InvalidEndpointOrModel.NotFound",
  "500": "500 InternalServiceError",
};
const quotas = Object.entries(refusals).filter(([name]) => name.startsWith("429"));

describe("a marker that refuses", () => {
  test.each(Object.entries(refusals))("ark:%s refuses every call with %s, free of charge", async (name, refusal) => {
    const simulator = atOnce();
    for (const _ of [1, 2]) {
      const response = await callArk(simulator, marked(name));
      expect(response.headers.has("retry-after")).toBe(false);
      expect(await refusalOf(response)).toBe(refusal);
    }
    expect(ledgerOf(simulator)).toEqual([]);
  });

  test.each(Object.entries(refusals))("ark:%s-once refuses the first call with the same prompt", async (name) => {
    const simulator = atOnce();
    const fields = marked(`${name}-once`);
    const statusOf = async (prompt: unknown) => (await callArk(simulator, { prompt })).status;
    expect(await statusOf(fields.prompt)).toBeGreaterThanOrEqual(400);
    expect(await statusOf(fields.prompt)).toBe(200);
    expect(await statusOf(`${fields.prompt} again`)).toBeGreaterThanOrEqual(400);
  });

  test.each(quotas)("ark:%s-retry-after sends Retry-After, also once", async (name, refusal) => {
    const simulator = atOnce();
    const response = await callArk(simulator, marked(`${name}-retry-after`));
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await refusalOf(response)).toBe(refusal);
    const once = marked(`${name}-retry-after-once`);
    expect((await callArk(simulator, once)).headers.get("retry-after")).toBe("1");
    expect((await callArk(simulator, once)).status).toBe(200);
  });

  test("ark:400-output-moderated refuses after the duration, and charges nothing", async () => {
    const simulator = frozen({ pictureDots: 16 });
    const call = callArk(simulator, marked("400-output-moderated"));
    await accepted(simulator);
    expect(await isPending(call)).toBe(true);
    simulator.moveClock({ advanceSeconds: 30 });
    expect(await refusalOf(call)).toBe("400 OutputImageSensitiveContentDetected");
    expect(ledgerOf(simulator)).toMatchObject([{ images: 0, outcome: "refused" }]);
  });

  test.each(["nothing", "500-retry-after", "once", "429"])("the unknown marker ark:%s is 400", async (name) => {
    expect(await refusalOf(callArk(atOnce(), marked(name)))).toBe("400 InvalidParameter");
  });

  test("text that only looks like a marker is none", async () => {
    for (const prompt of ["Noah's ark: animals", "dark:500"])
      expect((await callArk(atOnce(), { prompt })).status).toBe(200);
  });

  test("each of several once-only markers has its turn", async () => {
    const simulator = atOnce();
    const fields = { prompt: "ark:429-ipm-once ark:500-once" };
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await callArk(simulator, fields)).status);
    expect(statuses).toEqual([429, 500, 200]);
  });
});

describe("a marker that loses the answer", () => {
  test("ark:502-html answers HTML with 502 after the call is charged", async () => {
    const simulator = frozen();
    const response = await callArk(simulator, marked("502-html"));
    expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
    expect(ledgerOf(simulator)).toMatchObject([{ images: 1, outcome: "lost" }]);
  });

  test("ark:hang never answers, and the call is charged", async () => {
    const simulator = atOnce();
    const hangUp = new AbortController();
    const call = callArk(simulator, marked("hang"), { signal: hangUp.signal });
    await accepted(simulator);
    simulator.moveClock({ advanceSeconds: 1000 });
    expect(await isPending(call)).toBe(true);
    hangUp.abort(new Error("gave up"));
    await expect(call).rejects.toThrow("gave up");
    expect(ledgerOf(simulator)).toMatchObject([{ images: 1, outcome: "lost" }]);
  });

  test("ark:drop-before resets the connection before the call is accepted", async () => {
    const simulator = atOnce();
    const fields = marked("drop-before-once");
    await expect(callArk(simulator, fields)).rejects.toThrow("fetch failed");
    expect(ledgerOf(simulator)).toEqual([]);
    expect((await callArk(simulator, fields)).status).toBe(200);
  });

  test("ark:drop-after resets the connection after the call is charged", async () => {
    const simulator = frozen();
    await expect(callArk(simulator, marked("drop-after"))).rejects.toThrow("fetch failed");
    expect(ledgerOf(simulator)).toMatchObject([{ images: 1, outcome: "lost" }]);
  });

  test.each([
    ["a plain answer", {}],
    ["a stream", { ...group, stream: true }],
  ])("ark:drop-body breaks %s in the middle after the call is charged", async (_what, fields) => {
    const simulator = atOnce();
    const response = await callArk(simulator, { ...fields, ...marked("drop-body") });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("simulated");
    expect(ledgerOf(simulator)).toMatchObject([{ outcome: "lost" }]);
    expect(ledgerOf(simulator)[0]?.images).toBeGreaterThan(0);
  });

  test("ark:unreadable answers 200 with text that is not JSON, and the call is charged", async () => {
    const simulator = atOnce();
    const response = await callArk(simulator, marked("unreadable"));
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow();
    expect(ledgerOf(simulator)).toMatchObject([{ images: 1, outcome: "lost" }]);
  });
});

describe("a marker of the links", () => {
  test.each(["link-403", "link-403-once"])("ark:%s answers 403", async (name) => {
    const simulator = atOnce();
    const link = await linkOf(callArk(simulator, marked(name)));
    expect((await simulator.fetch(link)).status).toBe(403);
    expect((await simulator.fetch(link)).status).toBe(name.endsWith("-once") ? 200 : 403);
  });

  test("ark:link-truncated sends half of the image", async () => {
    const simulator = atOnce();
    const link = await linkOf(callArk(simulator, marked("link-truncated-once")));
    await expect((await simulator.fetch(link)).arrayBuffer()).rejects.toThrow("simulated");
    expect((await (await simulator.fetch(link)).arrayBuffer()).byteLength).toBeGreaterThan(0);
  });

  test("ark:link-slow sends half of the image and then nothing", async () => {
    const simulator = atOnce();
    const link = await linkOf(callArk(simulator, marked("link-slow")));
    const hangUp = new AbortController();
    const response = await simulator.fetch(link, { signal: hangUp.signal });
    const body = response.arrayBuffer();
    expect(await isPending(body)).toBe(true);
    hangUp.abort(new Error("gave up"));
    await expect(body).rejects.toThrow("gave up");
  });

  test("of a group each link has its own first fetch", async () => {
    const simulator = atOnce();
    const { data } = await answerOf(callArk(simulator, { ...group, ...marked("link-403-once") }));
    for (const status of [403, 200])
      for (const { url = "" } of data) expect((await simulator.fetch(url)).status).toBe(status);
  });
});

describe("a marker of groups and streams", () => {
  const streamed = async (name: string) => {
    const simulator = atOnce();
    const response = await callArk(simulator, { ...group, stream: true, ...marked(name) });
    return { simulator, response };
  };
  const succeeded = "image_generation.partial_succeeded";

  test("ark:partial-group has an error in place of the second image, which is not charged", async () => {
    const simulator = atOnce();
    const { data, usage } = await answerOf(callArk(simulator, { ...group, ...marked("partial-group") }));
    expect(data.map(({ url, error }) => error?.code ?? typeof url)).toEqual([
      "string",
      "OutputImageSensitiveContentDetected",
      "string",
    ]);
    expect(usage.generated_images).toBe(2);
    expect(ledgerOf(simulator)).toMatchObject([{ images: 2, outcome: "answered" }]);
  });

  test("ark:partial-group in a stream is the event partial_failed", async () => {
    const { response } = await streamed("partial-group");
    const events = eventsIn(await response.text());
    expect(events.map(({ event, data }) => event ?? data)).toEqual([
      succeeded,
      "image_generation.partial_failed",
      succeeded,
      "image_generation.completed",
      "[DONE]",
    ]);
    expect(events[1]?.data).toMatchObject({ image_index: 1, error: { code: "OutputImageSensitiveContentDetected" } });
  });

  test("ark:no-completed leaves out the completed event", async () => {
    const { simulator, response } = await streamed("no-completed");
    const events = eventsIn(await response.text());
    expect(events.map(({ event, data }) => event ?? data)).toEqual([succeeded, succeeded, succeeded, "[DONE]"]);
    expect(ledgerOf(simulator)).toMatchObject([{ images: 3, outcome: "answered" }]);
  });

  test("ark:stream-error ends the stream after the first image, which alone is charged", async () => {
    const { simulator, response } = await streamed("stream-error");
    const events = eventsIn(await response.text());
    expect(events.map(({ event }) => event)).toEqual([succeeded, "error"]);
    expect(events[1]?.data).toMatchObject({ error: { code: "InternalServiceError" } });
    expect(ledgerOf(simulator)).toMatchObject([{ images: 1 }]);
  });

  test("ark:stream-broken breaks the stream after the first image, and all are charged", async () => {
    const { simulator, response } = await streamed("stream-broken");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const [first] = eventsIn(new TextDecoder().decode((await reader.read()).value));
    expect(first?.event).toBe(succeeded);
    await expect(reader.read()).rejects.toThrow("simulated");
    expect(ledgerOf(simulator)).toMatchObject([{ images: 3, outcome: "lost" }]);
  });
});

test("every marker has a test or is in the table above", () => {
  const tested = ["400-output-moderated", "502-html", "hang", "drop-before", "drop-after", "drop-body", "unreadable"];
  const ofImages = [
    "link-403",
    "link-truncated",
    "link-slow",
    "partial-group",
    "no-completed",
    "stream-error",
    "stream-broken",
  ];
  const names = [...Object.keys(refusals), ...tested, ...ofImages];
  expect(Object.keys(arkMarkers).toSorted()).toEqual(names.toSorted());
});
