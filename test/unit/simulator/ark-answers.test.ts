import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
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
  sampleUrl,
} from "./ark-support.ts";
import { frozen, noon } from "./support.ts";

const atOnce = () => frozen({ arkSeconds: 0, pictureDots: 16 });
const inTime = () => frozen({ pictureDots: 16 });
const groupOf = (max_images: number): Fields => ({
  model: models.lite,
  size: "2048x2048",
  sequential_image_generation: "auto",
  sequential_image_generation_options: { max_images },
});

describe("the time of an answer", () => {
  test.each([
    ["5.5", 30],
    ["flash", 30],
    ["pro", 100],
    ["lite", 25],
    ["4.5", 25],
    ["4.0", 25],
  ] as const)("a call of %s is answered after %d simulated seconds, headers included", async (family, seconds) => {
    const simulator = inTime();
    const call = callArk(simulator, { model: models[family] });
    await accepted(simulator);
    simulator.moveClock({ advanceSeconds: seconds - 0.001 });
    expect(await isPending(call)).toBe(true);
    expect(simulator.state().ark).toMatchObject({ inFlight: 1, maxInFlight: 1, ledger: [{ outcome: "running" }] });
    simulator.moveClock({ advanceSeconds: 0.001 });
    expect((await call).status).toBe(200);
    expect(simulator.state().ark).toMatchObject({ inFlight: 0, maxInFlight: 1, ledger: [{ outcome: "answered" }] });
  });

  test("the setting arkSeconds overrides the time of every model", async () => {
    const simulator = frozen({ arkSeconds: 5, pictureDots: 16 });
    const call = callArk(simulator, { model: models.pro });
    await accepted(simulator);
    simulator.moveClock({ advanceSeconds: 5 });
    expect((await call).status).toBe(200);
  });

  test("while the clock runs a timer answers", async () => {
    const simulator = frozen({ speed: 10_000, now: Date.now, pictureDots: 16 });
    expect((await callArk(simulator)).status).toBe(200);
  });

  test("a clock that starts to run answers the waiting calls", async () => {
    const simulator = frozen({ now: Date.now, pictureDots: 16 });
    const call = callArk(simulator);
    await accepted(simulator);
    simulator.moveClock({ speed: 10_000 });
    expect((await call).status).toBe(200);
  });

  test("calls in flight at the same time are counted", async () => {
    const simulator = inTime();
    const calls = [callArk(simulator), callArk(simulator), callArk(simulator, { model: models.pro })];
    await accepted(simulator, 3);
    simulator.moveClock({ advanceSeconds: 30 });
    expect(simulator.state().ark).toMatchObject({ inFlight: 1, maxInFlight: 3 });
    simulator.moveClock({ advanceSeconds: 70 });
    await Promise.all(calls);
    expect(simulator.state().ark).toMatchObject({ inFlight: 0, maxInFlight: 3 });
  });

  test("a reset deletes the ledger and resets the connections of waiting calls", async () => {
    const simulator = inTime();
    const call = callArk(simulator);
    await accepted(simulator);
    simulator.reset();
    await expect(call).rejects.toThrow("fetch failed");
    expect(simulator.state().ark).toEqual({ ledger: [], inFlight: 0, maxInFlight: 0 });
  });
});

describe("a plain answer", () => {
  test("an answer has the model, the time, the image and the usage", async () => {
    const response = await callArk(atOnce(), { size: "2048x2048" });
    expect(response.headers.get("x-request-id")).toMatch(/^0217/);
    expect(await response.json()).toEqual({
      model: models.flash,
      created: noon / 1000,
      data: [{ url: expect.stringContaining("X-Tos-Expires=86400"), size: "2048x2048", output_format: "jpeg" }],
      usage: { generated_images: 1, output_tokens: 16_384, total_tokens: 16_384, input_images: 0 },
    });
  });

  test("a group makes max_images images and has no output_format", async () => {
    const { data, usage } = await answerOf(callArk(atOnce(), groupOf(3)));
    expect(data).toHaveLength(3);
    expect(new Set(data.map(({ url }) => url)).size).toBe(3);
    expect(data[0]).not.toHaveProperty("output_format");
    expect(usage).toEqual({ generated_images: 3, output_tokens: 49_152, total_tokens: 49_152 });
  });

  test("a group without max_images makes 15 images less the reference images", async () => {
    const simulator = atOnce();
    const image = await sampleUrl(simulator, "64x64.png");
    const fields = { model: models["4.5"], sequential_image_generation: "auto", image: [image, image] };
    expect((await answerOf(callArk(simulator, fields))).data).toHaveLength(13);
  });

  test("5.5 names the background, and makes PNGs by default", async () => {
    const { data } = await answerOf(callArk(atOnce(), { model: models["5.5"] }));
    expect(data[0]).toMatchObject({ output_format: "png", background: "opaque" });
  });

  test("the usage counts reference images and web searches", async () => {
    const simulator = atOnce();
    const image = await sampleUrl(simulator, "64x64.png");
    expect((await answerOf(callArk(simulator, { image: [image, image] }))).usage).toMatchObject({ input_images: 2 });
    const searched = await answerOf(callArk(simulator, { model: models.lite, tools: [{ type: "web_search" }] }));
    expect(searched).toMatchObject({ usage: { tool_usage: { web_search: 1 } }, tools: [{ type: "web_search" }] });
  });

  test("an image as base64 has no link", async () => {
    const { data } = await answerOf(callArk(atOnce(), { response_format: "b64_json", output_format: "png" }));
    expect(data[0]).not.toHaveProperty("url");
    expect(Buffer.from(data[0]?.b64_json ?? "", "base64").toString("latin1", 1, 4)).toBe("PNG");
  });
});

describe("a streamed answer", () => {
  test("the events are spread over the duration, and [DONE] is the end", async () => {
    const simulator = inTime();
    const response = await callArk(simulator, { ...groupOf(2), stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = reader.read();
    simulator.moveClock({ advanceSeconds: 12 });
    expect(await isPending(first)).toBe(true);
    simulator.moveClock({ advanceSeconds: 0.5 });
    const [event] = eventsIn(new TextDecoder().decode((await first).value));
    expect(event).toMatchObject({ event: "image_generation.partial_succeeded", data: { image_index: 0 } });
    const second = reader.read();
    expect(await isPending(second)).toBe(true);
    simulator.moveClock({ advanceSeconds: 12.5 });
    let text = new TextDecoder().decode((await second).value);
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += new TextDecoder().decode(next.value);
    expect(eventsIn(text).map(({ event, data }) => event ?? data)).toEqual([
      "image_generation.partial_succeeded",
      "image_generation.completed",
      "[DONE]",
    ]);
    expect(ledgerOf(simulator)).toMatchObject([{ images: 2, outcome: "answered" }]);
  });

  test("an event names type, model, time, index, link and size, the last one the usage", async () => {
    const simulator = atOnce();
    const events = eventsIn(await (await callArk(simulator, { ...groupOf(1), stream: true })).text());
    const created = noon / 1000;
    expect(events).toEqual([
      {
        event: "image_generation.partial_succeeded",
        data: {
          type: "image_generation.partial_succeeded",
          model: models.lite,
          created,
          image_index: 0,
          url: expect.stringMatching(/^https:/),
          size: "2048x2048",
        },
      },
      {
        event: "image_generation.completed",
        data: {
          type: "image_generation.completed",
          model: models.lite,
          created,
          usage: { generated_images: 1, output_tokens: 16_384, total_tokens: 16_384 },
        },
      },
      { event: undefined, data: "[DONE]" },
    ]);
  });

  test("a stream can have its images as base64", async () => {
    const fields = { ...groupOf(1), stream: true, response_format: "b64_json" };
    const [first] = eventsIn(await (await callArk(atOnce(), fields)).text());
    expect(first?.data).toMatchObject({ b64_json: expect.stringMatching(/^\/9j\//) });
  });
});

/** The palette index of the upper right pixel. */
function upperRight(png: Buffer): number | undefined {
  const at = png.indexOf("IDAT");
  const data = png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
  return inflateSync(data)[png.readUInt32BE(16)];
}

describe("an image of Ark", () => {
  const bytesOf = async (fields: Fields, simulator = atOnce()) => {
    const link = await linkOf(callArk(simulator, fields));
    const response = await simulator.fetch(link);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  test("a JPEG has the right size, and no CORS header comes with it", async () => {
    const { response, bytes } = await bytesOf({ size: "1500x1000" });
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.of(0xff, 0xd8, 0xff));
    expect(bytes.subarray(-2)).toEqual(Buffer.of(0xff, 0xd9));
    const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
    expect([bytes.readUInt16BE(frame + 7), bytes.readUInt16BE(frame + 5)]).toEqual([1500, 1000]);
  });

  test("output_format png makes a PNG of the right size", async () => {
    const { response, bytes } = await bytesOf({ size: "1500x1000", output_format: "png" });
    expect(response.headers.get("content-type")).toBe("image/png");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1500, 1000]);
  });

  test.each(["png", "jpeg"])("a %s names the reference images in its comment, in order", async (output_format) => {
    const simulator = atOnce();
    const names = ["64x64.png", "32x32.png"];
    const image = await Promise.all(names.map((name) => sampleUrl(simulator, name)));
    const { bytes } = await bytesOf({ image, output_format }, simulator);
    const { inputs } = ledgerOf(simulator)[0] ?? { inputs: [] };
    expect(inputs).toHaveLength(2);
    expect(new Set(inputs).size).toBe(2);
    expect(bytes.includes(`inputs ${inputs.join(" ")}`)).toBe(true);
  });

  test("an image is marked unless watermark is false, and the ledger says so", async () => {
    const simulator = atOnce();
    const fields = { response_format: "b64_json", output_format: "png" };
    const cornerWith = async (watermark: unknown) => {
      const { data } = await answerOf(callArk(simulator, { ...fields, watermark }));
      return upperRight(Buffer.from(data[0]?.b64_json ?? "", "base64"));
    };
    const black = 52;
    expect([await cornerWith(undefined), await cornerWith(true)]).toEqual([black, black]);
    expect(await cornerWith(false)).not.toBe(black);
    expect(ledgerOf(simulator).map(({ watermarked }) => watermarked)).toEqual([true, true, false]);
  });

  test("a transparent PNG has transparent colours", async () => {
    const { bytes } = await bytesOf({ model: models["5.5"], background: "transparent" });
    expect(bytes.includes("tRNS")).toBe(true);
  });
});

describe("a link of Ark", () => {
  const dayMs = 86_400_000;

  const linked = async () => {
    let now = noon;
    const simulator = frozen({ arkSeconds: 0, pictureDots: 16, now: () => now });
    const link = await linkOf(callArk(simulator));
    return { simulator, link, passMs: (ms: number) => (now += ms) };
  };

  test("a link answers GET for a day of real time", async () => {
    const { simulator, link, passMs } = await linked();
    passMs(dayMs - 1);
    expect((await simulator.fetch(link)).status).toBe(200);
    passMs(1);
    expect((await simulator.fetch(link)).status).toBe(403);
    expect(simulator.state().calls).toMatchObject({ arkGenerate: 1, arkPicture: 2 });
  });

  test("a link needs no key, and refuses HEAD, other methods and an Authorization header", async () => {
    const { simulator, link } = await linked();
    expect((await simulator.fetch(link, { method: "HEAD" })).status).toBe(403);
    expect((await simulator.fetch(link, { method: "POST" })).status).toBe(403);
    const headers = { authorization: "Bearer demo-key-ap-simulator" };
    expect((await simulator.fetch(link, { headers })).status).toBe(400);
  });

  test.each([
    ["its image", (link: string) => link.replace("_0.jpeg", "_1.jpeg")],
    ["its expiry", (link: string) => link.replace("86400", "96400")],
    ["its date", (link: string) => link.replace("Date=2026", "Date=2027")],
    ["its signature", (link: string) => link.replace(/Signature=./, "Signature=x")],
  ])("a link with %s changed is 403", async (_what, change) => {
    const { simulator, link } = await linked();
    expect(change(link)).not.toBe(link);
    expect((await simulator.fetch(change(link))).status).toBe(403);
  });

  test("the setting linkLifeSeconds makes links that have expired when they arrive", async () => {
    const simulator = frozen({ arkSeconds: 0, pictureDots: 16, linkLifeSeconds: 0 });
    expect((await simulator.fetch(await linkOf(callArk(simulator)))).status).toBe(403);
  });
});
