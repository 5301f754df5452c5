/** GET /images/{task}/{index}/small: served as an image is; where there is none, a way to the image. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { imageKey, putImage } from "#shared/images/store.ts";
import { call, setStage } from "#test/workers/support/stage.ts";

const task = "imgtask_V1StGXR8_Z5jdHi6B-myT";
const path = `/images/${task}/0/small`;

/** A hundred bytes that begin as a WebP image does. */
const bytes = Uint8Array.from({ length: 100 }, (_, place) => "RIFF\x5c\0\0\0WEBPVP8L".charCodeAt(place) || place);
const png = Uint8Array.from("\x89PNG\r\n\x1a\n and more", (letter) => letter.charCodeAt(0));

const store = (key: string, body: Uint8Array<ArrayBuffer>) => {
  const response = new Response(body, { headers: { "content-length": String(body.byteLength) } });
  return putImage(env.IMAGES, key, { source: "tos/a", response, replaced: null });
};

beforeEach(async () => {
  setStage();
  await store(imageKey(task, 0), png);
});

describe("a small version", () => {
  beforeEach(() => store(`${imageKey(task, 0)}/small`, bytes));

  it("a small version is served whole, with its own type, a year of caching and an ETag", async () => {
    const answer = await call(path);

    expect(answer.status).toBe(200);
    expect(await answer.bytes()).toEqual(bytes);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/webp",
      "content-length": "100",
      "cache-control": "public, max-age=31536000, immutable",
      etag: expect.stringMatching(/^"[^"]+"$/),
      "accept-ranges": "bytes",
      "access-control-allow-origin": "*",
      "content-disposition": `inline; filename="${task}-0-small.webp"`,
    });
  });

  it("a small version answers HEAD, conditions and ranges as an image does", async () => {
    const head = await call(path, { method: "HEAD" });
    const etag = head.headers.get("etag") ?? "";
    const [known, other, part, outside] = await Promise.all([
      call(path, { headers: { "if-none-match": etag } }),
      call(path, { headers: { "if-match": '"other"' } }),
      call(path, { headers: { range: "bytes=10-19" } }),
      call(path, { headers: { range: "bytes=200-" } }),
    ]);

    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "100", ""]);
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect([other.status, outside.status]).toEqual([412, 416]);
    expect([part.status, await part.bytes()]).toEqual([206, bytes.slice(10, 20)]);
  });

  it("?download saves a small version under a name of its own", async () => {
    const answer = await call(`${path}?download=1`);

    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${task}-0-small.webp"`);
    await answer.body?.cancel();
  });

  it("a small version is found below any address of its image", async () => {
    for (const address of [`/images/${task}/0.png/small`, `/images/${task}/0.webp/small`]) {
      const answer = await call(address);
      expect([answer.status, await answer.bytes()]).toEqual([200, bytes]);
    }
  });

  it("the image itself is served as before", async () => {
    const answer = await call(`/images/${task}/0`);

    expect([answer.headers.get("content-type"), await answer.bytes()]).toEqual(["image/png", png]);
  });
});

describe("without a small version", () => {
  it.each(["GET", "HEAD"])("%s leads to the image, and only for a minute", async (method) => {
    const answer = await call(path, { method });

    expect([answer.status, await answer.text()]).toEqual([302, ""]);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const image = await call(new URL(answer.headers.get("location") ?? "", `https://api.test${path}`).href);
    expect([image.status, await image.bytes()]).toEqual([200, png]);
  });

  it("?download leads to the image as a file", async () => {
    const answer = await call(`${path}?download=1`);

    expect(answer.headers.get("location")).toBe("../0.png?download=1");
  });

  it("a small version that is stored later is served", async () => {
    expect((await call(path)).status).toBe(302);
    await store(`${imageKey(task, 0)}/small`, bytes);

    expect((await call(path)).status).toBe(200);
  });

  it.each([`/images/${task}/1/small`, `/images/${task}/x/small`, "/images/imgtask_nobody/0/small"])(
    "a small version of an image that is not there is 404, with the usual error body: %s",
    async (missing) => {
      const answer = await call(missing);

      expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    },
  );
});
