import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { imageKey, putImage } from "#shared/images/store.ts";
import { call, setStage } from "#test/workers/support/stage.ts";

const task = "imgtask_V1StGXR8_Z5jdHi6B-myT";
const path = `/images/${task}/0`;
const bytes = bytesFrom("\x89PNG\r\n\x1a\n");

beforeEach(async () => {
  setStage();
  await putImage(env.IMAGES, imageKey(task, 0), { source: "tos/a", response: anImage(), replaced: null });
});

/** A hundred bytes that begin as an image does. */
function bytesFrom(head: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 100 }, (_, place) => (place < head.length ? head.charCodeAt(place) : place));
}

function anImage(image = bytes): Response {
  return new Response(image, { headers: { "content-type": "image/png", "content-length": "100" } });
}

const get = (headers: Record<string, string> = {}, method = "GET") => call(path, { method, headers });
const etag = async () => (await get()).headers.get("etag") ?? "";

describe("a stored image", () => {
  it("a stored image is served whole, with its type, a year of caching and an ETag", async () => {
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

  it("a stored image may be read by every origin even when the API lists its own", async () => {
    const answer = await call(
      path,
      { headers: { origin: "https://page.example" } },
      { CORS_ORIGINS: "https://other.example" },
    );

    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  it.each([
    ["an image", path, {}],
    ["an image of an API that lists its origins", path, { CORS_ORIGINS: "https://other.example" }],
    ["an image that is not there", "/images/imgtask_nobody/0", {}],
    ["the API", "/v1/models", {}],
  ])("an answer for every origin does not vary by it: %s", async (_what, address, bindings) => {
    for (const method of ["GET", "OPTIONS"]) {
      const answer = await call(address, { method, headers: { origin: "https://page.example" } }, bindings);
      await answer.body?.cancel();

      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("vary") ?? "").not.toMatch(/origin/i);
    }
  });

  it("an answer for the origins of a list varies by them, also where it allows none", async () => {
    for (const origin of ["https://page.example", "https://other.example"]) {
      const answer = await call("/v1/models", { headers: { origin } }, { CORS_ORIGINS: "https://page.example" });
      await answer.body?.cancel();

      expect(answer.headers.get("vary")).toMatch(/origin/i);
    }
  });

  it.each(["", ".png", ".PNG", ".jpg", ".jpeg", ".webp", ".gif", ".avif"])(
    "a stored image is served with its own type whatever its address ends with: %j",
    async (ending) => {
      const answer = await call(path + ending);

      expect(answer.status).toBe(200);
      expect(await answer.bytes()).toEqual(bytes);
      expect(answer.headers.get("content-type")).toBe("image/png");
      expect(answer.headers.get("content-disposition")).toBe(`inline; filename="${task}-0.png"`);
    },
  );

  it.each(["Bearer something else entirely", "Basic dXNlcjpwYXNz", ""])(
    "a stored image is served whatever Authorization comes along: %j",
    async (authorization) => {
      expect((await get({ authorization })).status).toBe(200);
    },
  );

  it("a stored image is not sent again to a client that has it", async () => {
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
  ])("a stored image is not sent again to a client that names it by %s", async (_what, value) => {
    expect((await get({ "if-none-match": await value() })).status).toBe(304);
  });

  it("a stored image is sent to a client that has another one", async () => {
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200);
  });

  it("a condition that does not hold is refused with 412 and the error body, before everything else", async () => {
    const answer = await get({ "if-match": '"other"', "if-none-match": await etag(), range: "bytes=200-" });

    expect(answer.status).toBe(412);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toMatchObject({
      error: {
        code: "precondition_failed",
        param: "if-match",
        message: `If-Match does not hold: the image's ETag is ${await etag()}.`,
      },
    });
    expect((await get({ "if-match": '"other"' }, "HEAD")).status).toBe(412);
  });

  it("an image's own Last-Modified holds as a condition, as it stands", async () => {
    const modified = (await get()).headers.get("last-modified") ?? "";

    expect((await get({ "if-unmodified-since": modified })).status).toBe(200);
    expect((await get({ "if-unmodified-since": modified }, "HEAD")).status).toBe(200);
    expect((await get({ "if-modified-since": modified })).status).toBe(304);
    expect((await get({ "if-modified-since": modified }, "HEAD")).status).toBe(304);
    expect((await get({ "if-range": modified, range: "bytes=0-9" })).status).toBe(206);
    const refused = await get({ "if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT" });
    expect(refused.status).toBe(412);
    expect(await refused.json()).toMatchObject({ error: { param: "if-unmodified-since" } });
  });

  it.each([
    ["If-Modified-Since", async () => ({ "if-modified-since": new Date(Date.now() + 60_000).toUTCString() })],
    ["If-None-Match", async () => ({ "if-none-match": await etag() })],
  ])("a client that has the image by %s is told so whatever range it asks for", async (_name, condition) => {
    for (const range of ["bytes=0-9", "bytes=200-"]) {
      const answer = await get({ ...(await condition()), range });

      expect(answer.status).toBe(304);
      expect(await answer.text()).toBe("");
      expect(answer.headers.get("content-range")).toBeNull();
    }
  });

  it("a plain request, with conditions or a range too, asks the bucket once", async () => {
    const known = await etag();
    const bucket = Object.getPrototypeOf(env.IMAGES) as R2Bucket;
    const asked = [vi.spyOn(bucket, "get"), vi.spyOn(bucket, "head")];
    const requests: [Record<string, string>, string][] = [
      [{}, "GET"],
      [{}, "HEAD"],
      [{ "if-none-match": known }, "GET"],
      [{ "if-match": '"other"' }, "GET"],
      [{ range: "bytes=0-9" }, "GET"],
      [{ range: "bytes=0-9", "if-range": known }, "GET"],
    ];
    for (const [headers, method] of requests) {
      for (const spy of asked) spy.mockClear();
      await (await get(headers, method)).body?.cancel();
      expect(asked.flatMap(({ mock }) => mock.calls)).toHaveLength(1);
    }
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
    [`bytes=10-${"9".repeat(30)}`, 10, 99],
    [`bytes=-${"9".repeat(30)}`, 0, 99],
  ])("the range %s is answered with just those bytes", async (range, first, last) => {
    const answer = await get({ range });

    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${last}/100`);
    expect(answer.headers.get("content-length")).toBe(String(last - first + 1));
    expect(await answer.bytes()).toEqual(bytes.slice(first, last + 1));
  });

  it.each(["bytes=100-", "bytes=200-300", "bytes=-0", `bytes=${"9".repeat(30)}-`])(
    "the range %s is refused with 416, the size and the error body",
    async (range) => {
      const answer = await get({ range });

      expect(answer.status).toBe(416);
      expect(await answer.json()).toMatchObject({
        error: { code: "range_not_satisfiable", param: "range", message: expect.stringContaining("100 bytes") },
      });
      expect(answer.headers.get("content-range")).toBe("bytes */100");
      expect(answer.headers.get("x-request-id")).toBeTruthy();
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    },
  );

  it.each(["bytes=abc", "pages=1-2", "bytes=9-0", "bytes=0-1,5-6"])(
    "a stored image is served whole for a range that cannot be read: %s",
    async (range) => {
      const answer = await get({ range });

      expect(answer.status).toBe(200);
      expect(await answer.bytes()).toEqual(bytes);
    },
  );

  it.each(["bytes=0-9", "bytes=200-"])(
    "a stored image is served whole when the range belongs to another version of it: %s",
    async (range) => {
      const answer = await get({ range, "if-range": '"other"' });

      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-range")).toBeNull();
      expect((await answer.bytes()).byteLength).toBe(100);
    },
  );

  it("HEAD of a stored image answers everything but the body", async () => {
    const answer = await get({}, "HEAD");

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe("100");
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("etag")).toBe(await etag());
    expect(await answer.text()).toBe("");
  });

  it("a preflight for a stored image is answered", async () => {
    const headers = { origin: "https://page.example", "access-control-request-method": "GET" };

    const answer = await get({ ...headers, "access-control-request-headers": "range" }, "OPTIONS");

    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("?download", () => {
  const saved = (query: string, init: RequestInit = {}) => call(path + query, init);

  it.each(["?download=1", "?download=true", "?download=yes", "?x=1&download=1", "?download=my%20name.png"])(
    "%s makes browsers save the image, under a name with task, index and extension",
    async (query) => {
      const answer = await saved(query);

      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${task}-0.png"`);
      expect(await answer.bytes()).toEqual(bytes);
    },
  );

  it.each(["", "?download=", "?download=0", "?download=false", "?downloads=1", "?other=1"])(
    "%j leaves the image to be shown",
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
  ])("a downloaded image is named after its type: %s", async (type, extension, head) => {
    const response = anImage(bytesFrom(head));
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

  it("?download of an image that is not there is the usual 404 and saves nothing", async () => {
    const answer = await call(`/images/${task}/1?download=1`);

    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-disposition")).toBeNull();
  });
});

it.each([`/images/${task}/1`, `/images/${task}/0.html`, "/images/imgtask_nobody/0.png", "/images/%2e%2e/0"])(
  "an image that is not there is 404, with the usual error body: %s",
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

it("a bucket that cannot give a part of an image is an internal error, not a range outside", async () => {
  const broken = {
    get: () => Promise.reject(new Error("get: internal error (10001)")),
    head: (key: string) => env.IMAGES.head(key),
  };

  const answer = await call(path, { headers: { range: "bytes=0-9" } }, { IMAGES: broken });

  expect(answer.status).toBe(500);
});
