import { describe, expect, it } from "vitest";
import { createArk } from "#shared/upstreams/ark/client.ts";
import type { Transport } from "#shared/upstreams/ark/request.ts";
import type { CallEvent } from "#shared/upstreams/call-event.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { ImageCall } from "#shared/upstreams/image-call.ts";
import { aCall, aCredential, anInput, aTransport, everyOf, inPieces, openStream, secret } from "./support.ts";

type Answer = (request: Request) => Response | Promise<Response>;
type Bend = { call?: Partial<ImageCall>; transport?: Partial<Transport>; credential?: Partial<Credential> };

/** The events of one call with this answer, and the requests that were sent. */
async function played(answer: Answer, { call = {}, transport: bend = {}, credential = {} }: Bend = {}) {
  const { transport, requests } = aTransport(answer, bend);
  const ark = createArk(transport);
  const events = await everyOf(ark.generate(aCredential(credential), aCall(call), { deadlineMs: 300_000 }));
  return { events, requests };
}

const json = (body: unknown, init?: ResponseInit) => Response.json(body, init);
const arkError = (status: number, code: string, message = "Why. Request id: 0217", headers: HeadersInit = {}) =>
  json({ error: { code, message, param: "", type: "" } }, { status, headers });
const url = "https://ark-acg-cn-beijing.tos-cn-beijing.volces.com/a.jpeg?X-Tos-Expires=86400";
const success = () =>
  json({ model: "m", created: 1, data: [{ url, size: "2048x1024" }], usage: { generated_images: 1 } });

/** Events as `image 0`, `missing 1 refused output_moderated`, `lost refused outcome_unknown`. */
const named = (events: CallEvent[]) =>
  events.map((event) => {
    const place = "place" in event ? ` ${event.place}` : "";
    const failure = "failure" in event ? ` ${event.failure.verdict} ${event.failure.error.code}` : "";
    return `${event.kind}${place}${failure}`;
  });

describe("the request", () => {
  it.each([
    ["cn", "https://ark.cn-beijing.volces.com/api/v3/images/generations"],
    ["ap", "https://ark.ap-southeast.bytepluses.com/api/v3/images/generations"],
    ["eu", "https://ark.eu-west.bytepluses.com/api/v3/images/generations"],
  ])("a call with a key of %s goes to that cloud", async (place, address) => {
    const { requests } = await played(success, { credential: { place }, call: { model: "seedream-5.0-pro" } });
    expect(requests.map((request) => request.url)).toEqual([address]);
  });

  it("with an origin set, a call goes there with the real host as its first segment", async () => {
    const { requests } = await played(success, { transport: { origin: "http://127.0.0.1:9000" } });
    expect(requests[0]?.url).toBe("http://127.0.0.1:9000/ark.ap-southeast.bytepluses.com/api/v3/images/generations");
  });

  it("a call carries the key, its form and its id, and follows no redirect", async () => {
    const { requests } = await played(success);
    expect(requests[0]).toMatchObject({ method: "POST", redirect: "manual" });
    expect(Object.fromEntries(requests[0]?.headers ?? [])).toMatchObject({
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      accept: "application/json",
      "x-client-request-id": "call-1",
    });
    expect(requests[0]?.headers.get("cookie")).toBeNull();
  });

  it("a call of a group asks for a stream", async () => {
    const { requests } = await played(success, { call: { count: 2 } });
    expect(requests[0]?.headers.get("accept")).toBe("text/event-stream, application/json");
  });

  it.each([0, 1, 10])("the body of a call with %i images has its stated length", async (count) => {
    const inputs = Array.from({ length: count }, (_, index) => anInput(new Uint8Array(1_000 + index)));
    const lengths: number[] = [];
    const { events, requests } = await played(
      async (request) => {
        lengths.push((await request.arrayBuffer()).byteLength);
        return success();
      },
      {
        call: { inputs },
        transport: {
          fixedLength: (readable, bytes) => {
            lengths.push(bytes);
            return readable;
          },
        },
      },
    );
    expect(named(events)).toEqual(["image 0", "done"]);
    expect(new Set(lengths)).toEqual(new Set([lengths[0]]));
    expect(lengths).toHaveLength(count === 0 ? 1 : 2);
    expect(requests[0]?.headers.get("content-length")).toBe(String(lengths[0]));
  });

  it("the deadline ends the call", async () => {
    const { transport } = aTransport(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => reject(request.signal.reason));
        }),
    );
    const events = createArk(transport).generate(aCredential(), aCall(), { deadlineMs: 1 });
    const [event] = await everyOf(events);
    expect(event).toMatchObject({ kind: "lost", failure: { error: { message: expect.stringContaining("in time") } } });
  });
});

describe("a whole answer", () => {
  it("an image has its place, link, size and a source by our id of the call", async () => {
    const { events } = await played(() =>
      json({ data: [{ url, size: "2048x1024" }] }, { headers: { "X-Request-Id": "0217ab" } }),
    );
    const image = { source: "call-1/0", url, width: 2048, height: 1024 };
    expect(events).toEqual([{ kind: "image", place: 0, image }, { kind: "done" }]);
  });

  it("without an id of the answer, the source has the id of the call", async () => {
    const { events } = await played(success);
    expect(events[0]).toMatchObject({ image: { source: "call-1/0" } });
  });

  it.each([
    ["2848x1600", { width: 2848, height: 1600 }],
    ["2K", { width: 0, height: 0 }],
  ])("without a size in the answer, the asked one %s counts", async (size, expected) => {
    const { events } = await played(() => json({ data: [{ url }] }), { call: { size } });
    expect(events[0]).toMatchObject({ image: expected });
  });

  it.each<[string, unknown, string[]]>([
    ["with several images", { data: [{ url }, { url }] }, ["image 0", "image 1", "done"]],
    [
      "with a refused member",
      { data: [{ url }, { error: { code: "OutputImageSensitiveContentDetected", message: "" } }, { url }] },
      ["image 0", "missing 1 refused output_moderated", "image 2", "done"],
    ],
    [
      "with refused members only",
      { data: [{ error: { code: "InputTextRiskDetection", message: "no" } }] },
      ["missing 0 refused prompt_moderated", "done"],
    ],
    [
      "with an error in place of images",
      { data: [], error: { code: "InternalServiceError", message: "no" } },
      ["missing 0 refused upstream_failed", "done"],
    ],
    ["with an error alone", { error: { code: "ModelNotOpen" } }, ["missing 0 session model_not_available", "done"]],
    ["without any image", { data: [] }, ["missing 0 refused upstream_failed", "done"]],
    [
      "with a member that is neither",
      { data: [{ url }, { b64_json: "" }] },
      ["image 0", "lost refused outcome_unknown"],
    ],
    ["with a link that is none", { data: [{ url: "javascript:1" }] }, ["lost refused outcome_unknown"]],
    ["of another form", { images: [] }, ["lost refused outcome_unknown"]],
    ["that is null", null, ["lost refused outcome_unknown"]],
  ])("an answer %s gives its events", async (_what, body, expected) => {
    const { events, requests } = await played(() => json(body));
    expect(named(events)).toEqual(expected);
    expect(requests).toHaveLength(1);
  });
});

describe("an answer that is no success", () => {
  const lost = ["lost refused outcome_unknown"];
  const thrown =
    (error: unknown): Answer =>
    () =>
      Promise.reject(error);
  const html = (status: number) => () => new Response("<html>bad gateway</html>", { status });

  it.each<[string, Answer, string[]]>([
    ["200 without JSON", html(200), lost],
    ["200 with an empty body", () => new Response(""), lost],
    ["200 with half of its JSON", () => new Response('{"data":[{"url":"https'), lost],
    ["200 whose body breaks", () => new Response(inPieces(['{"data":'], { breaks: true })), lost],
    ["a broken connection", thrown(new TypeError("fetch failed")), lost],
    ["a timeout", thrown(new DOMException("late", "TimeoutError")), lost],
    ["302", () => new Response(null, { status: 302, headers: { location: "https://a.example" } }), lost],
    ["304", () => new Response(null, { status: 304 }), lost],
    ["500 without JSON", html(500), lost],
    ["500 with other JSON", () => json({ message: "x" }, { status: 500 }), lost],
    ["500 whose body breaks", () => new Response(inPieces(["{"], { breaks: true }), { status: 500 }), lost],
    ["502", html(502), lost],
    ["502 with an error of Ark", () => arkError(502, "InternalServiceError"), lost],
    ["503 with an error of Ark", () => arkError(503, "ServerOverloaded"), lost],
    ["504 with an error of Ark", () => arkError(504, "InternalServiceError"), lost],
    ["520", html(520), lost],
    ["500 with an error of Ark", () => arkError(500, "InternalServiceError"), ["refused refused upstream_failed"]],
    ["400 with an error of Ark", () => arkError(400, "InvalidParameter.size"), ["refused refused invalid_value"]],
    ["401 with an error of Ark", () => arkError(401, "AuthenticationError"), ["refused session key_refused"]],
    ["403 with an error of Ark", () => arkError(403, "AccountOverdueError"), ["refused session insufficient_credits"]],
    ["404 with an error of Ark", () => arkError(404, "ModelNotOpen"), ["refused session model_not_available"]],
    ["429 with an error of Ark", () => arkError(429, "ServerOverloaded"), ["refused again rate_limited"]],
    ["429 of a cap", () => arkError(429, "SetLimitExceeded"), ["refused session insufficient_credits"]],
    ["400 with an unknown code", () => arkError(400, "BrandNew"), ["refused refused upstream_failed"]],
    ["an empty 404", () => new Response(null, { status: 404 }), ["refused refused upstream_changed"]],
    ["403 of a gateway", html(403), ["refused refused upstream_changed"]],
    ["413 of a gateway", html(413), ["refused refused upstream_changed"]],
    ["429 of a gateway", html(429), ["refused again rate_limited"]],
    [
      "400 whose body breaks",
      () => new Response(inPieces(["{"], { breaks: true }), { status: 400 }),
      ["refused refused upstream_changed"],
    ],
  ])("%s is classified, and nothing is sent again", async (_what, answer, expected) => {
    const { events, requests } = await played(answer);
    expect(named(events)).toEqual(expected);
    expect(requests).toHaveLength(1);
    const [event] = events;
    if (event === undefined || !("failure" in event)) throw new Error("no failure");
    expect(event.failure.answered).toBe(event.kind !== "lost");
  });

  it.each<[string, number | null]>([
    ["7", 7],
    ["0.2", 1],
    ["99999", 600],
    ["Sat, 28 Nov 2026 12:00:30 GMT", 30],
    ["Sat, 28 Nov 2026 11:00:00 GMT", null],
    ["soon", null],
    ["", null],
  ])("the wait of Retry-After %j is %s seconds", async (header, expected) => {
    const { events } = await played(() => arkError(429, "ServerOverloaded", "", { "Retry-After": header }));
    expect(events[0]).toMatchObject({ kind: "refused", failure: { retryAfterSeconds: expected } });
  });

  it.each<[string, Answer]>([
    ["in an error of Ark", () => arkError(400, "InvalidParameter", `The key ${secret} is bad`)],
    ["in an error's code", () => arkError(400, secret, secret)],
    ["in a page", () => new Response(`<p>Bearer ${secret}</p>`, { status: 502 })],
    ["in a refused page", () => new Response(secret, { status: 404 })],
    ["in a thrown error", () => Promise.reject(new Error(`cannot send Bearer ${secret}`))],
    ["in an answer that is not readable", () => new Response(secret)],
    ["in a member", () => json({ data: [{ error: { code: "BrandNew", message: secret } }] })],
  ])("a key %s is in no failure", async (_where, answer) => {
    const { events } = await played(answer);
    expect(JSON.stringify(events)).not.toContain(secret.slice(4));
  });
});

describe("a call that cannot be sent", () => {
  const never = () => Promise.reject(new Error("sent"));

  it("a model that the cloud does not have is refused without a request", async () => {
    const { events, requests } = await played(never, { credential: { place: "cn" } });
    expect([named(events), requests]).toEqual([["refused session model_not_available"], []]);
  });

  it("images that are too large together are refused without a request, and none is opened", async () => {
    const input = { bytes: 25_000_000, contentType: "image/png", open: () => Promise.reject(new Error("opened")) };
    const { events, requests } = await played(never, { call: { inputs: [input, input] } });
    expect([named(events), requests]).toEqual([["refused refused body_too_large"], []]);
  });

  it("more than fifteen images of both kinds are refused without a request", async () => {
    const inputs = Array.from({ length: 12 }, () => anInput(new Uint8Array(3)));
    const four = await played(never, { call: { inputs, count: 4 } });
    expect([named(four.events), four.requests]).toEqual([["refused refused invalid_value"], []]);
    expect(named((await played(success, { call: { inputs, count: 3 } })).events)).toEqual(["image 0", "done"]);
  });

  it("a first image that cannot be opened is refused without a request", async () => {
    const input = { bytes: 3, contentType: "image/png", open: () => Promise.reject(new Error("gone")) };
    const { events, requests } = await played(never, { call: { inputs: [input] } });
    expect([named(events), requests]).toEqual([["refused again internal"], []]);
    expect(events[0]).toMatchObject({ failure: { answered: true } });
  });

  it("an image that breaks while it is sent leaves the outcome unknown", async () => {
    const reading = async (request: Request) => {
      await request.arrayBuffer();
      return success();
    };
    const gone = { bytes: 3, contentType: "image/png", open: () => Promise.reject(new Error("gone")) };
    const broken = { bytes: 3, contentType: "image/png", open: async () => inPieces(["a"], { breaks: true }) };
    for (const inputs of [[anInput(new Uint8Array(3)), gone], [broken]]) {
      const { events, requests } = await played(reading, { call: { inputs } });
      expect([named(events), requests.length]).toEqual([["lost refused outcome_unknown"], 1]);
    }
  });

  it("an image that a failed request did not read is freed", async () => {
    const { stream, state } = openStream();
    const input = { bytes: 3, contentType: "image/png", open: async () => stream };
    await played(never, { call: { inputs: [input] } });
    expect(state.isCancelled).toBe(true);
  });
});

describe("a streamed answer", () => {
  const event = (type: string, fields: Record<string, unknown> = {}) =>
    `event: image_generation.${type}\ndata: ${JSON.stringify({ type: `image_generation.${type}`, ...fields })}\n\n`;
  const image = (index: number) => event("partial_succeeded", { image_index: index, url, size: "2048x2048" });
  const failed = (index: number, code = "OutputImageSensitiveContentDetected") =>
    event("partial_failed", { image_index: index, error: { code, message: "no" } });
  const completed = event("completed", { usage: { generated_images: 2 } });
  const done = "data: [DONE]\n\n";
  const error = (code: string) => `event: error\ndata: ${JSON.stringify({ error: { code, message: "no" } })}\n\n`;
  const streamed = (pieces: string[], options: { breaks?: boolean } = {}) =>
    played(
      () =>
        new Response(inPieces(pieces, options), { headers: { "Content-Type": "text/event-stream; charset=utf-8" } }),
      {
        call: { count: 3 },
      },
    );

  it.each<[string, string[], string[]]>([
    ["all images", [image(0), image(1), image(2), completed, done], ["image 0", "image 1", "image 2", "done"]],
    ["fewer images than asked", [image(0), completed, done], ["image 0", "done"]],
    ["images in another order", [image(2), image(0), completed], ["image 2", "image 0", "done"]],
    ["two images of one place", [image(0), image(0), done], ["image 0", "image 1", "done"]],
    [
      "a refused image",
      [image(0), failed(1), image(2), completed],
      ["image 0", "missing 1 refused output_moderated", "image 2", "done"],
    ],
    ["no completed, but [DONE]", [image(0), done], ["image 0", "done"]],
    [
      "nothing at its end, but all images",
      [image(0), failed(1), image(2)],
      ["image 0", "missing 1 refused output_moderated", "image 2", "done"],
    ],
    [
      "nothing at its end, and an image less",
      [image(0), image(1)],
      ["image 0", "image 1", "lost refused outcome_unknown"],
    ],
    ["nothing", [], ["lost refused outcome_unknown"]],
    ["an end without images", [completed], ["missing 0 refused upstream_failed", "done"]],
    ["a pace limit before any image", [error("ServerOverloaded")], ["missing 0 again rate_limited", "done"]],
    ["an error before any image", [error("InputTextRiskDetection")], ["missing 0 refused prompt_moderated", "done"]],
    [
      "an internal error before any image",
      [error("InternalServiceError")],
      ["missing 0 refused upstream_failed", "done"],
    ],
    [
      "an error after a refused image",
      [failed(0), error("InternalServiceError"), done],
      ["missing 0 refused output_moderated", "missing 1 refused upstream_failed", "done"],
    ],
    [
      "an error after an image",
      [image(0), error("InternalServiceError"), done],
      ["image 0", "missing 1 refused upstream_failed", "done"],
    ],
    ["unknown events and comments", [": hi\n\n", event("started"), image(0), done], ["image 0", "done"]],
    [
      "an image without a link",
      [event("partial_succeeded"), image(1), completed],
      ["image 1", "lost refused outcome_unknown"],
    ],
    [
      "an image without a link, then an error",
      [event("partial_succeeded"), error("x")],
      ["lost refused outcome_unknown"],
    ],
    ["an event that is no JSON", [image(0), "data: {\n\n", completed], ["image 0", "lost refused outcome_unknown"]],
    [
      "half an event at its end",
      [image(0), image(1), image(2).slice(0, 90)],
      ["image 0", "image 1", "lost refused outcome_unknown"],
    ],
  ])("a stream with %s gives its events", async (_what, pieces, expected) => {
    const { events, requests } = await streamed(pieces);
    expect(named(events)).toEqual(expected);
    expect(requests).toHaveLength(1);
  });

  it("a stream that breaks keeps what came, and is lost", async () => {
    const { events } = await streamed([image(0), image(1).slice(0, 40)], { breaks: true });
    expect(named(events)).toEqual(["image 0", "lost refused outcome_unknown"]);
  });

  it("a stream may be split anywhere, with any line ends", async () => {
    const text = [image(0), failed(1), completed, done].join("");
    for (const whole of [text, text.replaceAll("\n", "\r\n")]) {
      for (let at = 0; at < whole.length; at += 7) {
        const { events } = await streamed([whole.slice(0, at), whole.slice(at)]);
        expect(named(events)).toEqual(["image 0", "missing 1 refused output_moderated", "done"]);
      }
    }
  });

  it("an image is told as soon as it is there", async () => {
    const { stream, state } = openStream(image(0));
    const { transport } = aTransport(() => new Response(stream, { headers: { "Content-Type": "text/event-stream" } }));
    const events = createArk(transport).generate(aCredential(), aCall({ count: 3 }), { deadlineMs: 300_000 });
    expect((await events.next()).value).toMatchObject({ kind: "image", place: 0, image: { source: "call-1/0" } });
    await events.return();
    expect(state.isCancelled).toBe(true);
  });

  it("a group may be answered as a whole", async () => {
    const { events } = await played(() => json({ data: [{ url }, { url }] }), { call: { count: 2 } });
    expect(named(events)).toEqual(["image 0", "image 1", "done"]);
  });
});
