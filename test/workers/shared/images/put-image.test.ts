/** Stored images: the type comes from the bytes, not the headers, and an image is stored whole or not at all. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { findImage, imageKey, putImage } from "#shared/images/store.ts";

const task = "imgtask_V1StGXR8_Z5jdHi6B-myT";
const key = imageKey(task, 1);

/** A file of this size that begins like some type. */
function bytesFrom(head: string, length = 5_000): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, place) => (place < head.length ? head.charCodeAt(place) : place & 255));
}

const heads = {
  "image/png": "\x89PNG\r\n\x1a\n",
  "image/jpeg": "\xff\xd8\xff\xe0",
  "image/webp": "RIFF\x5c\0\0\0WEBPVP8L",
  "image/gif": "GIF89a",
  "image/avif": "\0\0\0\x14ftypavif\0\0\0\0mif1",
};
const png = bytesFrom(heads["image/png"]);

const anImage = (headers: Record<string, string> = {}, bytes = png) =>
  new Response(bytes, { headers: { "content-type": "image/png", "content-length": String(bytes.length), ...headers } });

const put = (response: Response, replaced: Awaited<ReturnType<typeof findImage>> = null) =>
  putImage(env.IMAGES, key, { source: "tos/b", response, replaced });

const storedBytes = async () => new Uint8Array((await (await env.IMAGES.get(key))?.arrayBuffer()) ?? new ArrayBuffer());

/** A stream of these pieces; then the end, or the effect of `end`. */
function inPieces(bytes: Uint8Array, pieceBytes: number, end?: () => never): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset + pieceBytes));
      else if (end === undefined) controller.close();
      else end();
      offset += pieceBytes;
    },
  });
}

async function packedAs(format: "gzip" | "deflate", bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const brokenOff = () => {
  throw new TypeError("Network connection lost.");
};

describe("an image", () => {
  it("an image is stored with its type, caching and source", async () => {
    expect(await put(anImage())).toEqual({ ok: true, value: { bytes: png.length, contentType: "image/png" } });

    const stored = await env.IMAGES.head(key);
    expect(stored?.httpMetadata).toEqual({
      contentType: "image/png",
      cacheControl: "public, max-age=31536000, immutable",
    });
    expect(stored?.customMetadata).toEqual({ source: "tos/b" });
    expect(await storedBytes()).toEqual(png);
  });

  it.each(Object.entries(heads))("an image is stored under the type that its bytes show: %s", async (type, head) => {
    const bytes = bytesFrom(head);
    expect(await put(anImage({ "content-type": "image/x-unknown" }, bytes))).toEqual({
      ok: true,
      value: { bytes: bytes.length, contentType: type },
    });
    expect(await storedBytes()).toEqual(bytes);
  });

  it.each([
    "application/json",
    "application/octet-stream",
    "binary/octet-stream",
    "image/pjpeg",
    "image/x-png",
    "image/webp; charset=binary",
    "image/svg+xml",
    "text/html",
    "",
  ])("an image is stored although it was sent as %j", async (type) => {
    expect(await put(anImage({ "content-type": type }))).toMatchObject({
      ok: true,
      value: { contentType: "image/png" },
    });
    expect((await env.IMAGES.head(key))?.httpMetadata?.contentType).toBe("image/png");
  });

  it.each([63, 64, 1_000, 4_999])(
    "an image is stored whole when it comes in pieces of %i bytes",
    async (pieceBytes) => {
      const headers = { "content-length": String(png.length) };
      expect(await put(new Response(inPieces(png, pieceBytes), { headers }))).toMatchObject({ ok: true });
      expect(await storedBytes()).toEqual(png);
    },
  );

  it("an image that arrives byte by byte is stored whole", async () => {
    const small = bytesFrom(heads["image/png"], 200);
    const headers = { "content-length": "200" };
    expect(await put(new Response(inPieces(small, 1), { headers }))).toMatchObject({ ok: true });
    expect(await storedBytes()).toEqual(small);
  });

  it("an image without a type and without a length is stored whole", async () => {
    expect(await put(new Response(inPieces(png, 1_000)))).toMatchObject({ ok: true });
    expect(await storedBytes()).toEqual(png);
  });

  it("an image smaller than the bytes of type detection is stored", async () => {
    const small = bytesFrom(heads["image/gif"], 35);
    expect(await put(anImage({}, small))).toMatchObject({ ok: true, value: { bytes: 35, contentType: "image/gif" } });
    expect(await storedBytes()).toEqual(small);
  });
});

describe("a compressed image", () => {
  it("an image that the runtime decompressed is stored, although its Content-Length is that of the compressed body", async () => {
    const headers = { "content-encoding": "gzip", "content-length": "1234" };
    expect(await put(anImage(headers))).toEqual({
      ok: true,
      value: { bytes: png.length, contentType: "image/png" },
    });
    expect(await storedBytes()).toEqual(png);
  });

  it.each([
    ["gzip", "gzip"],
    ["gzip", "x-gzip"],
    ["gzip", "identity"],
    ["gzip", ""],
    ["deflate", "deflate"],
  ] as const)(
    "an image that arrives packed is unpacked: %s, sent with the content encoding %j",
    async (format, encoding) => {
      const packed = await packedAs(format, png);
      const headers = { "content-encoding": encoding, "content-type": "application/gzip" };
      expect(await put(anImage(headers, packed))).toEqual({
        ok: true,
        value: { bytes: png.length, contentType: "image/png" },
      });
      expect(await storedBytes()).toEqual(png);
    },
  );

  it("a compressed page is no image", async () => {
    const packed = await packedAs("gzip", bytesFrom("<!doctype html><title>wait</title>"));
    expect(await put(anImage({ "content-encoding": "gzip" }, packed))).toEqual({ ok: false, error: "not_an_image" });
  });

  it("a compressed image that ends early is not stored", async () => {
    const packed = (await packedAs("gzip", png)).slice(0, -20);
    expect(await put(anImage({}, packed))).toEqual({ ok: false, error: "cut_short" });
    expect(await env.IMAGES.head(key)).toBeNull();
  });
});

describe("bytes of no image", () => {
  it.each([
    ["an HTML page", "<!doctype html><title>Log in</title>"],
    ["JSON", '{"error":"expired"}'],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ["an SVG drawing", '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
    ["text", "403 Forbidden"],
    ["a BMP", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"],
    ["a HEIC image", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["a PNG's name without its bytes", "\x89PNG\n\x1a\n"],
  ])("bytes of no image are not stored, although they were sent as one: %s", async (_what, head) => {
    expect(await put(anImage({}, bytesFrom(head, Math.max(head.length, 40))))).toEqual({
      ok: false,
      error: "not_an_image",
    });
    expect(await env.IMAGES.head(key)).toBeNull();
  });

  it("bytes of no image release their connection", async () => {
    let isLetGo = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytesFrom("<html>", 1_000)),
      cancel() {
        isLetGo = true;
      },
    });
    await put(new Response(body, { headers: { "content-type": "image/png" } }));
    expect(isLetGo).toBe(true);
  });

  it.each([
    ["an empty body", () => anImage({ "content-length": "0" }, new Uint8Array())],
    ["an empty body of unknown length", () => new Response("")],
    ["no body", () => new Response(null)],
  ])("%s is not stored", async (_what, response) => {
    expect((await put(response())).ok).toBe(false);
    expect(await env.IMAGES.head(key)).toBeNull();
  });
});

describe("an image with a wrong length", () => {
  it.each([
    ["is shorter than its length", { "content-length": "5001" }, "cut_short"],
    ["is longer than its length", { "content-length": "4999" }, "cut_short"],
    ["is longer than its length already at its beginning", { "content-length": "10" }, "cut_short"],
    ["claims no length that there is", { "content-length": "many" }, "no_length"],
    ["claims a gigabyte", { "content-length": "1073741824" }, "too_large"],
  ])("an image that %s is not stored", async (_what, headers, error) => {
    expect(await put(new Response(inPieces(png, 1_000), { headers }))).toEqual({ ok: false, error });
    expect(await env.IMAGES.head(key)).toBeNull();
  });

  it.each([
    ["of known length", { "content-length": "5000" }],
    ["of unknown length", {}],
  ])("an image %s that breaks off is not stored", async (_what, headers) => {
    for (const bytes of [png.slice(0, 2_000), png.slice(0, 20), png.slice(0, 0)]) {
      const body = inPieces(bytes, 1_000, brokenOff);
      expect(await put(new Response(body, { headers: headers as Record<string, string> }))).toEqual({
        ok: false,
        error: "cut_short",
      });
    }
    expect(await env.IMAGES.head(key)).toBeNull();
  });

  it("an image without a length is refused past the limit, too", async () => {
    const piece = bytesFrom(heads["image/png"], 8 * 1024 * 1024);
    let left = 9;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(piece.slice());
      },
    });
    expect(await put(new Response(body))).toEqual({ ok: false, error: "too_large" });
  });
});

describe("a key that is taken", () => {
  it("a put never overwrites an image it did not know of", async () => {
    await env.IMAGES.put(key, "another", { customMetadata: { source: "tos/a" } });
    expect(await put(anImage())).toEqual({ ok: false, error: "taken" });
    expect((await env.IMAGES.head(key))?.customMetadata).toEqual({ source: "tos/a" });
  });

  it("a put replaces the image that was found there, and nothing written since", async () => {
    await env.IMAGES.put(key, "another", { customMetadata: { source: "tos/a" } });
    const replaced = await findImage(env.IMAGES, key);

    expect(await put(anImage(), replaced)).toMatchObject({ ok: true });
    expect(await findImage(env.IMAGES, key)).toMatchObject({
      source: "tos/b",
      bytes: png.length,
      contentType: "image/png",
    });
    expect(await put(anImage(), replaced)).toEqual({ ok: false, error: "taken" });
  });

  it("a refused put releases the connection of its image", async () => {
    let isLetGo = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(png),
      cancel() {
        isLetGo = true;
      },
    });
    const response = new Response(body, { headers: { "content-length": String(10 * png.length) } });
    // R2 refuses by the key alone; the local engine reads the whole body first.
    const bucket = { put: async () => null } as unknown as R2Bucket;

    expect(await putImage(bucket, key, { source: "tos/b", response, replaced: null })).toEqual({
      ok: false,
      error: "taken",
    });
    await expect.poll(() => isLetGo).toBe(true);
  });
});
