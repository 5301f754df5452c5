import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { imageKey, putImage } from "../../../../shared/images/store.ts";
import { call, setStage } from "../../support/stage.ts";

const task = "imgtask_V1StGXR8_Z5jdHi6B-myT";
const path = `/images/${task}/0`;
const bytes = bytesFrom("\x89PNG\r\n\x1a\n");

beforeEach(async () => {
  setStage();
  await putImage(env.IMAGES, imageKey(task, 0), { source: "tos/a", response: aPicture(), replaced: null });
});

/** A hundred bytes that begin as a picture does. */
function bytesFrom(head: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 100 }, (_, place) => (place < head.length ? head.charCodeAt(place) : place));
}

function aPicture(picture = bytes): Response {
  return new Response(picture, { headers: { "content-type": "image/png", "content-length": "100" } });
}

const get = (headers: Record<string, string> = {}, method = "GET") => call(path, { method, headers });
const etag = async () => (await get()).headers.get("etag") ?? "";

describe("a stored picture", () => {
  it("a stored picture is served whole, with its type, a year of caching and an ETag", async () => {
    const answer = await get();

    expect(answer.status).toBe(200);
    expect(await answer.bytes()).toEqual(bytes);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": "100",
      "cache-control": "public, max-age=31536000, immutable",
      etag: expect.stringMatching(/^"[^"]+"$/),
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
      "content-disposition": `inline; filename="${task}-0.png"`,
      "x-request-id": expect.any(String),
    });
  });

  it("a stored picture may be read by every origin even when the API lists its own", async () => {
    const answer = await call(
      path,
      { headers: { origin: "https://page.example" } },
      { CORS_ORIGINS: "https://other.example" },
    );

    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  it.each(["Bearer something else entirely", "Basic dXNlcjpwYXNz", ""])(
    "a stored picture is served whatever Authorization comes along: %j",
    async (authorization) => {
      expect((await get({ authorization })).status).toBe(200);
    },
  );

  it("a stored picture is not sent again to a client that has it", async () => {
    const answer = await get({ "if-none-match": await etag() });

    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe("");
    expect(answer.headers.get("etag")).toBe(await etag());
    expect(answer.headers.get("cache-control")).toContain("immutable");
  });

  it.each([
    ["a list of ETags", async () => `"other", ${await etag()}`],
    ["a weak ETag", async () => `W/${await etag()}`],
    ["a star", async () => "*"],
  ])("a stored picture is not sent again to a client that names it by %s", async (_what, value) => {
    expect((await get({ "if-none-match": await value() })).status).toBe(304);
  });

  it("a stored picture is sent to a client that has another one", async () => {
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200);
  });

  it("a stored picture is refused with 412 to a client that asks for another one by If-Match", async () => {
    expect((await get({ "if-match": '"other"' })).status).toBe(412);
  });

  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=10-19", 10, 19],
    ["bytes=90-", 90, 99],
    ["bytes=90-200", 90, 99],
    ["bytes=-5", 95, 99],
    ["bytes=-500", 0, 99],
    ["bytes=0-0", 0, 0],
    ["bytes=0-", 0, 99],
  ])("the range %s is answered with just those bytes", async (range, first, last) => {
    const answer = await get({ range });

    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${last}/100`);
    expect(answer.headers.get("content-length")).toBe(String(last - first + 1));
    expect(await answer.bytes()).toEqual(bytes.slice(first, last + 1));
  });

  it.each(["bytes=100-", "bytes=200-300", "bytes=-0"])(
    "the range %s is refused with 416 and the size",
    async (range) => {
      const answer = await get({ range });

      expect(answer.status).toBe(416);
      expect(answer.headers.get("content-range")).toBe("bytes */100");
      expect(answer.headers.get("x-request-id")).toBeTruthy();
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    },
  );

  it.each(["bytes=abc", "pages=1-2", "bytes=9-0", "bytes=0-1,5-6"])(
    "a stored picture is served whole for a range that cannot be read: %s",
    async (range) => {
      const answer = await get({ range });

      expect(answer.status).toBe(200);
      expect(await answer.bytes()).toEqual(bytes);
    },
  );

  it("a stored picture is served whole when the range belongs to another version of it", async () => {
    const answer = await get({ range: "bytes=0-9", "if-range": '"other"' });

    expect(answer.status).toBe(200);
    expect((await answer.bytes()).byteLength).toBe(100);
  });

  it("HEAD of a stored picture answers everything but the body", async () => {
    const answer = await get({}, "HEAD");

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe("100");
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("etag")).toBe(await etag());
    expect(await answer.text()).toBe("");
  });

  it("a preflight for a stored picture is answered", async () => {
    const headers = { origin: "https://page.example", "access-control-request-method": "GET" };

    const answer = await get({ ...headers, "access-control-request-headers": "range" }, "OPTIONS");

    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("?download", () => {
  const saved = (query: string, init: RequestInit = {}) => call(path + query, init);

  it.each(["?download=1", "?download=true", "?download=yes", "?x=1&download=1", "?download=my%20name.png"])(
    "%s makes browsers save the picture, under a name with task, index and extension",
    async (query) => {
      const answer = await saved(query);

      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${task}-0.png"`);
      expect(await answer.bytes()).toEqual(bytes);
    },
  );

  it.each(["", "?download=", "?download=0", "?download=false", "?downloads=1", "?other=1"])(
    "%j leaves the picture to be shown",
    async (query) => {
      const answer = await saved(query);

      expect(answer.headers.get("content-disposition")).toBe(`inline; filename="${task}-0.png"`);
      await answer.body?.cancel();
    },
  );

  it.each([
    ["image/png", "png", "\x89PNG\r\n\x1a\n"],
    ["image/jpeg", "jpg", "\xff\xd8\xff\xe0"],
    ["image/webp", "webp", "RIFF\x5c\0\0\0WEBPVP8L"],
    ["image/gif", "gif", "GIF89a"],
    ["image/avif", "avif", "\0\0\0\x14ftypavif\0\0\0\0mif1"],
  ])("a downloaded picture is named after its type: %s", async (type, extension, head) => {
    const response = aPicture(bytesFrom(head));
    await putImage(env.IMAGES, imageKey(task, 7), { source: "tos/c", response, replaced: null });
    const answer = await call(`/images/${task}/7?download=1`);

    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${task}-7.${extension}"`);
    expect(answer.headers.get("content-type")).toBe(type);
    await answer.body?.cancel();
  });

  it("?download changes nothing about caching, conditions and ranges", async () => {
    const whole = await saved("?download=1", { method: "HEAD" });
    const known = await saved("?download=1", { headers: { "if-none-match": await etag() } });
    const part = await saved("?download=1", { headers: { range: "bytes=0-9" } });

    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": "100",
      etag: await etag(),
      "access-control-allow-origin": "*",
      "content-disposition": expect.stringMatching(/^attachment;/),
    });
    expect(known.status).toBe(304);
    expect(part.status).toBe(206);
    expect(part.headers.get("content-disposition")).toMatch(/^attachment;/);
    expect(await part.bytes()).toEqual(bytes.slice(0, 10));
  });

  it("?download lets pages of other origins read the name", async () => {
    const answer = await saved("?download=1", { headers: { origin: "https://page.example" } });

    expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("content-disposition");
    await answer.body?.cancel();
  });

  it("?download of a picture that is not there is the usual 404 and saves nothing", async () => {
    const answer = await call(`/images/${task}/1?download=1`);

    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-disposition")).toBeNull();
  });
});

it.each([`/images/${task}/1`, "/images/imgtask_nobody/0", "/images/%2e%2e/0"])(
  "a picture that is not there is 404, with the usual error body: %s",
  async (missing) => {
    const answer = await call(missing);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  },
);

it("a bucket that cannot answer is an internal error, not a fault of the request", async () => {
  const broken = { get: () => Promise.reject(new Error("get: internal error (10001)")) };

  const answer = await call(path, {}, { IMAGES: broken });

  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({ error: { code: "internal" } });
});
