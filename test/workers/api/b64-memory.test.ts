/**
 * Images as base64 pass through the API worker piece by piece, no faster than they are read: many callers at once may
 * ask for large ones, and a Worker has 128 MB.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { imageKey } from "#shared/images/store.ts";
import { aBody, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import { decoded, type Images } from "#test/workers/support/waiting.ts";

const piece = 64 * 1024;
const usualPieces = 240;
/** A 4k PNG. */
const bytes = usualPieces * piece;
const callers = 50;

let stage: Stage;
let headers: Record<string, string>;
let id: string;
beforeEach(async () => {
  stage = setStage();
  headers = { prefer: "none", "idempotency-key": "done" };
  id = await stage.task({ n: 4 }, { "idempotency-key": "done" });
  await stage.end(id);
});

const content = (place: number) => new Uint8Array(piece).fill(place & 255);

/** A bucket whose images are made as they are read. */
function aBucket(pieces = usualPieces) {
  const counted = { opened: 0, read: 0, closed: 0 };
  const get = async () => {
    counted.opened += 1;
    let place = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (place === pieces) {
            counted.closed += 1;
            return controller.close();
          }
          counted.read += piece;
          controller.enqueue(content(place));
          place += 1;
        },
        cancel() {
          counted.closed += 1;
        },
      },
      { highWaterMark: 0 },
    );
    return { body };
  };
  return { counted, bucket: { get, head } };
}

/** Requests before the answer begins. */
const head = async () => ({ size: bytes, etag: "etag" });

const ask = (IMAGES: object, fields: object = {}) =>
  call(submitPath, submitInit(stage.session, aBody({ n: 4, response_format: "b64_json", ...fields }), headers), {
    IMAGES,
  });

const readerOf = (answer: Response) => {
  expect(answer.status).toBe(200);
  return (answer.body as ReadableStream<Uint8Array>).getReader();
};

/** How much of the images is at the reader's, by the length of what came. */
const imagesIn = (length: number) => (length * 3) / 4;

describe.each([
  ["one answer", {}],
  ["a stream", { stream: true }],
])("%s", (_what, fields) => {
  it(`${callers} callers at once never make the worker hold more than a few pieces each`, async () => {
    const { counted, bucket } = aBucket();
    const answers = await Promise.all(Array.from({ length: callers }, () => ask(bucket, { ...fields, n: 4 })));
    let received = 0;
    let maxHeld = 0;
    await Promise.all(
      answers.map(async (answer) => {
        const reader = readerOf(answer);
        // A tenth of it each: held bytes do not grow with read bytes.
        for (let taken = 0; imagesIn(taken) < bytes / 10; ) {
          const { value, done } = await reader.read();
          if (done) throw new Error("too short");
          taken += value.byteLength;
          received += value.byteLength;
          maxHeld = Math.max(maxHeld, counted.read - imagesIn(received));
        }
        await reader.cancel();
      }),
    );
    console.log(`${callers} callers of 4 × 15 MB: ${(maxHeld / 2 ** 20).toFixed(1)} MB held at most`);

    expect(imagesIn(received)).toBeGreaterThan((callers * bytes) / 10 - callers * piece);
    expect(maxHeld).toBeLessThanOrEqual(callers * 4 * piece);
  });

  it("images are not read ahead for a caller that reads nothing", async () => {
    const { counted, bucket } = aBucket();
    const answers = await Promise.all(Array.from({ length: callers }, () => ask(bucket, fields)));
    // The first of many lets everything that is under way come to its end.
    const reader = readerOf(answers[0] as Response);
    for (let reads = 0; reads < 50; reads += 1) await reader.read();

    expect(counted.read).toBeGreaterThan(40 * piece);
    expect(counted.read).toBeLessThanOrEqual((50 + 4 * callers) * piece);
    expect(counted.opened).toBeLessThanOrEqual(callers);
    await Promise.all([reader.cancel(), ...answers.slice(1).map((answer) => answer.body?.cancel())]);
  });

  it("a caller that stops in the middle leaves no image open", async () => {
    const { counted, bucket } = aBucket();
    const answers = await Promise.all(Array.from({ length: callers }, () => ask(bucket, fields)));
    for (const answer of answers) {
      const reader = readerOf(answer);
      for (let reads = 0; reads < 6; reads += 1) await reader.read();
      await reader.cancel();
    }
    const { read } = counted;

    expect(counted.opened).toBe(callers);
    expect(counted.closed).toBe(counted.opened);
    expect(read).toBeLessThanOrEqual(callers * 8 * piece);
  });

  it("an image is opened only after the one before it was sent", async () => {
    const { counted, bucket } = aBucket();
    const reader = readerOf(await ask(bucket, fields));
    const opened: number[] = [];
    for (let received = 0; ; ) {
      const { value, done } = await reader.read();
      if (done) break;
      received += value.byteLength;
      // One piece may be on its way.
      if (counted.opened > 1) expect(imagesIn(received)).toBeGreaterThan((counted.opened - 1) * bytes - 3 * piece);
      if (opened.at(-1) !== counted.opened) opened.push(counted.opened);
    }

    expect(opened.filter((count) => count > 0)).toEqual([1, 2, 3, 4]);
    expect(counted).toEqual({ opened: 4, read: 4 * bytes, closed: 4 });
  });
});

it.each([1, 2, 3, 10])("images of %i pieces arrive whole and unchanged", async (pieces) => {
  const { data } = (await (await ask(aBucket(pieces).bucket)).json()) as Images;

  expect(data).toHaveLength(4);
  for (const { b64_json } of data) {
    const got = decoded(b64_json);
    expect(got.byteLength).toBe(pieces * piece);
    expect(got.findIndex((byte, place) => byte !== Math.floor(place / piece))).toBe(-1);
  }
});

describe("the real bucket", () => {
  it("an image of 15 MB arrives in small pieces and unchanged", async () => {
    const image = new Uint8Array(bytes);
    for (let place = 0; place < bytes; place += 1) image[place] = (place * 31 + (place >> 8)) & 255;
    await env.IMAGES.put(imageKey(id, 0), image, { httpMetadata: { contentType: "image/png" } });
    const answer = await call(
      submitPath,
      submitInit(stage.session, aBody({ n: 4, response_format: "b64_json" }), headers),
    );
    const startedAt = performance.now();
    const reader = readerOf(answer);
    let largest = 0;
    const texts: string[] = [];
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      largest = Math.max(largest, value.byteLength);
      texts.push(decoder.decode(value, { stream: true }));
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const { data } = JSON.parse(texts.join("")) as Images;
    console.log(`15 MB in ${seconds} s, in ${texts.length} pieces of at most ${(largest / 1024).toFixed(0)} KiB`);

    expect(largest).toBeLessThanOrEqual(2 * 2 ** 20);
    const got = decoded(data[0]?.b64_json);
    expect(got.byteLength).toBe(bytes);
    expect(got.findIndex((byte, place) => byte !== image[place])).toBe(-1);
  });

  it("a missing image is reported before the answer begins, with its task and as not retryable", async () => {
    await env.IMAGES.delete(imageKey(id, 2));
    const answer = await ask(env.IMAGES);

    expect(answer.status).toBe(424);
    expect(answer.headers.get("x-should-retry")).toBe("false");
    expect(await answer.json()).toMatchObject({ error: { code: "internal", retryable: false, task_id: id } });
  });

  it("an image that disappears during the answer breaks it off, so that half is not taken for the whole", async () => {
    const { bucket } = aBucket();
    let opened = 0;
    const get = () => {
      opened += 1;
      return opened < 3 ? bucket.get() : Promise.resolve(null);
    };
    await expect((await ask({ get, head })).text()).rejects.toThrow();
    expect(stage.logs.map((line) => JSON.parse(line).event)).toContain("answer_broken_off");
  });

  it("a bucket that cannot answer breaks the answer off", async () => {
    const broken = { head, get: () => Promise.reject(new Error("get: internal error (10001)")) };
    await expect((await ask(broken)).text()).rejects.toThrow();
  });
});
