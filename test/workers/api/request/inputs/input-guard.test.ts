/** What hostile or broken addresses and bytes lead to, through the route and with the real bucket. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { innerHosts } from "#test/support/inner-hosts.ts";
import {
  addressesFetched,
  anImage,
  base64Of,
  bytesOf,
  composition,
  type ErrorBody,
  sendForm,
  sendJson,
  serve,
  stagedKeys,
  streamOf,
} from "#test/workers/support/compositions.ts";
import { origin, type Stage, setStage, storing } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const mebibyte = 1024 * 1024;
const bad = "https://example.com/bad.png?token=hush";

/** 106 bytes that begin and end with these, and are zeros between. */
const framed = (start: Iterable<number>, end: Iterable<number>) =>
  Uint8Array.from([...start, ...new Uint8Array(106 - [...start].length - [...end].length), ...end]);

/** The one error body; nothing staged, no task, and nothing of the address told again. */
async function expectRefusal(image: unknown, code: string, words: RegExp): Promise<void> {
  const answer = await sendJson(stage, composition({ images: [image] }));

  expect(answer.status).toBe(400);
  const { error } = (await answer.json()) as ErrorBody;
  expect(error).toMatchObject({ code, param: "images" });
  expect(error.message).toMatch(words);
  expect(error.message).toMatch(/^images\[0\] .*\.$/);
  expect(error.message).not.toMatch(/hush|bad\.png|secret/);
  expect(answer.headers.get("x-should-retry")).toBe("false");
  expect(await stagedKeys()).toEqual([]);
  expect(await storing()).toEqual([]);
  expect(stage.logs.join("\n")).not.toMatch(/hush|secret/);
}

describe("a forbidden address", () => {
  it("an inner host in any spelling is refused, and nothing is fetched", async () => {
    for (const host of innerHosts) {
      const answer = await sendJson(stage, composition({ images: [`http://${host}/`] }));

      const { error } = (await answer.json()) as ErrorBody;
      expect([host, error.code]).toEqual([host, "input_image_forbidden"]);
      expect(error.message).toMatch(/^images\[0\] points at .*not on the public internet\.$/);
    }
    expect(stage.fetched).not.toHaveBeenCalled();
    expect(await stagedKeys()).toEqual([]);
    expect(await storing()).toEqual([]);
  });

  it.each([
    "ftp://example.com/bad.png",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://anna:secret@example.com/",
    "https://secret@example.com/",
    `${origin}/v1/images/tasks`,
    `${origin}/`,
    "https://api.test.:443/health",
  ])("a forbidden address is refused, and nothing is fetched: %s", async (address) => {
    await expectRefusal(address, "input_image_forbidden", /./);
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it.each(["http://[fe80::1%25eth0]/", "http://[::1", "https://", "http://1.2.3.999/"])(
    "an unreadable address is refused, and nothing is fetched: %s",
    async (address) => {
      await expectRefusal(address, "invalid_value", /valid address/);
      expect(stage.fetched).not.toHaveBeenCalled();
    },
  );
});

describe("the origin in UPSTREAM_ORIGIN", () => {
  const sample = "http://127.0.0.1:9000/_samples/8x8.png";
  const relayed = "http://127.0.0.1:9000/169.254.169.254/latest/meta-data/";
  const send = (image: string) =>
    sendJson(stage, composition({ images: [image] }), {}, { UPSTREAM_ORIGIN: "http://127.0.0.1:9000" });

  it("the origin in UPSTREAM_ORIGIN may be an inner host for its sample images", async () => {
    serve(stage, { [sample]: anImage() });

    expect((await send(sample)).status).toBe(200);
  });

  it("the origin in UPSTREAM_ORIGIN is no relay for callers", async () => {
    serve(stage, {
      [relayed]: anImage(),
      [bad]: () => new Response(null, { status: 302, headers: { location: relayed } }),
    });

    for (const image of [relayed, bad]) {
      const { error } = (await (await send(image)).json()) as ErrorBody;
      expect(error.code).toBe("input_image_forbidden");
    }
    expect(addressesFetched(stage)).toEqual([bad]);
  });
});

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])("a redirect to an inner host is not followed, with status %i", async (status) => {
    const headers = { location: "http://127.0.0.1:8787/admin" };
    serve(stage, { [bad]: () => new Response(null, { status, headers }) });

    await expectRefusal(bad, "input_image_forbidden", /redirected by example\.com/);

    expect(addressesFetched(stage)).toEqual([bad]);
  });

  it.each([
    "//localhost/",
    "http://2130706433/",
    "https://[::ffff:169.254.169.254]/",
    "http://metadata.google.internal/",
    "file:///etc/passwd",
    "https://anna:secret@example.com/",
    `${origin}/health`,
    "http://[",
  ])("a redirect to a forbidden address is not followed: %s", async (location) => {
    serve(stage, { [bad]: () => new Response(null, { status: 302, headers: { location } }) });

    await expectRefusal(bad, "input_image_forbidden", /redirected by example\.com/);

    expect(addressesFetched(stage)).toEqual([bad]);
  });

  it("a fourth redirect is not followed", async () => {
    const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });
    const next = (hop: number) => `https://example.com/${hop}`;
    serve(stage, {
      [bad]: to(next(1)),
      [next(1)]: to(next(2)),
      [next(2)]: to(next(3)),
      [next(3)]: to("http://10.0.0.1/"),
    });

    await expectRefusal(bad, "input_image_unreachable", /more than 3 times/);

    expect(addressesFetched(stage)).toEqual([bad, next(1), next(2), next(3)]);
  });
});

describe("bytes that are no image", () => {
  const cases: [string, Uint8Array<ArrayBuffer>][] = [
    ["an HTML page", bytesOf("<!doctype html><title>Log in</title>")],
    ["an SVG drawing", bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ["JSON", bytesOf('{"error":"secret"}')],
    ["a PDF document", bytesOf("%PDF-1.7 hush")],
    ["a HEIC image", Uint8Array.from([0, 0, 0, 0x18, ...bytesOf("ftypheic hush")])],
    ["an AVIF image", Uint8Array.from([0, 0, 0, 0x18, ...bytesOf("ftypavif hush")])],
    ["a JPEG XL image", Uint8Array.from([0xff, 0x0a, ...bytesOf("hush")])],
    ["an icon \\(ICO\\)", Uint8Array.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, ...bytesOf("hush")])],
    ["a Photoshop document \\(PSD\\)", bytesOf("8BPS\0\u0001 hush")],
    ["a BigTIFF image", bytesOf("II+\0 hush")],
    ["plain text", bytesOf("hush")],
    ["empty", new Uint8Array(0)],
  ];

  it.each(cases)(
    "bytes from an address are refused by their content, whatever the header says: %s",
    async (what, bytes) => {
      serve(stage, { [bad]: () => new Response(bytes, { headers: { "content-type": "image/png" } }) });

      await expectRefusal(bad, "input_image_invalid", new RegExp(`is ${what}`));
    },
  );

  it.each(cases.filter(([what]) => what !== "empty"))(
    "base64 that is no image is refused by its content: %s",
    async (what, bytes) => {
      await expectRefusal(`data:image/png;base64,${base64Of(bytes)}`, "input_image_invalid", new RegExp(`is ${what}`));
    },
  );

  it("the refusal of bytes that are no image names the formats that are taken", async () => {
    serve(stage, { [bad]: bytesOf("<html>") });

    await expectRefusal(bad, "input_image_invalid", /JPEG, PNG, WebP, GIF or BMP/);
  });

  it("bytes that are no image are refused before the rest of them is read", async () => {
    let read = 0;
    const page = bytesOf("<!doctype html>".padEnd(1000));
    function* endless() {
      for (;;) {
        read += page.length;
        yield page;
      }
    }
    serve(stage, { [bad]: () => new Response(streamOf(endless())) });

    await expectRefusal(bad, "input_image_invalid", /an HTML page/);

    expect(read).toBeLessThan(10_000);
  });

  it.each(["data:image/png;base64,", "data:;base64,%20"])(
    "an empty data URL is refused as empty: %s",
    async (image) => {
      await expectRefusal(image, "input_image_invalid", /is empty/);
    },
  );

  it.each(["iVBORw0KGgo=iVBO", "iVBOR", `${base64Of(anImage())}=`])("broken base64 is refused: %s", async (image) => {
    await expectRefusal(image, "input_image_invalid", /not valid base64/);
  });
});

describe("an image that is cut off", () => {
  const kinds: [string, Uint8Array<ArrayBuffer>][] = [
    ["a PNG image", anImage(1_000)],
    ["a JPEG image", framed([0xff, 0xd8, 0xff, 0xe0, 0, 2], [0xff, 0xd9])],
    ["a GIF image", framed(bytesOf("GIF89a"), [0x3b])],
    ["a WebP image", framed([...bytesOf("RIFF"), 98, 0, 0, 0, ...bytesOf("WEBPVP8L")], [0])],
    [
      "a BMP image",
      framed(
        [...bytesOf("BM"), 106, ...new Uint8Array(7), 105, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 8],
        [0],
      ),
    ],
  ];

  it.each(kinds)(
    "%s that is cut off is refused from an address and as base64, and nothing is staged",
    async (what, image) => {
      const cut = image.slice(0, -1);
      serve(stage, { [bad]: cut });
      const words = new RegExp(`is ${what} that is cut off after ${cut.length} bytes; send the whole file`);

      await expectRefusal(bad, "input_image_invalid", words);
      await expectRefusal(base64Of(cut), "input_image_invalid", words);
    },
  );

  it.each(kinds)("%s with more after its end is taken", async (_what, image) => {
    for (const bytes of [image, Uint8Array.from([...image, ...bytesOf("a video of the same moment")])]) {
      serve(stage, { [bad]: bytes });

      expect((await sendJson(stage, composition({ images: [bad] }))).status).toBe(200);
    }
  });

  it("an image that is cut off after parts of it are stored leaves nothing behind", async () => {
    const image = anImage(12 * mebibyte);
    serve(stage, { [bad]: image.slice(0, -12) });

    await expectRefusal(bad, "input_image_invalid", /a PNG image that is cut off after 12,582,900 bytes/);
  });

  it("an image that is cut off is refused in a form by the field that it came in", async () => {
    const form = new FormData();
    form.append("prompt", "a lighthouse");
    form.append("image", new Blob([anImage()]), "a.png");
    form.append("image", new Blob([anImage().slice(0, -1)]), "b.png");
    const answer = await sendForm(stage, form);

    const { error } = (await answer.json()) as ErrorBody;
    expect([answer.status, error.code, error.param]).toEqual([400, "input_image_invalid", "image"]);
    expect(error.message).toMatch(/^image\[1\] is a PNG image that is cut off after 999 bytes/);
    expect(await stagedKeys()).toEqual([]);
    expect(await storing()).toEqual([]);
  });
});

describe("an image that is too large", () => {
  const piece = anImage(mebibyte);

  it("an image that never ends is refused at the limit", async () => {
    let read = 0;
    function* endless() {
      for (;;) {
        read += piece.length;
        yield piece;
      }
    }
    serve(stage, { [bad]: () => new Response(streamOf(endless())) });

    await expectRefusal(bad, "input_image_invalid", /larger than 30 MiB/);

    expect(read).toBeLessThanOrEqual(32 * mebibyte);
  });

  it("an image that announces too many bytes is refused before a byte of it is read", async () => {
    const pull = vi.fn();
    const headers = { "content-length": "31457281" };
    serve(stage, { [bad]: () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers }) });

    await expectRefusal(bad, "input_image_invalid", /31,457,281 bytes.*31,457,280/);

    expect(pull).not.toHaveBeenCalled();
  });

  it("an image that is larger than it announces is refused at the limit", async () => {
    function* more() {
      for (let count = 0; count < 40; count += 1) yield piece;
    }
    const headers = { "content-length": "1000" };
    serve(stage, { [bad]: () => new Response(streamOf(more()), { headers }) });

    await expectRefusal(bad, "input_image_invalid", /larger than 30 MiB/);
  });
});

describe("an image that cannot be fetched", () => {
  it("an image is unreachable when the connection fails", async () => {
    serve(stage, { [bad]: () => Promise.reject(new Error("Network connection lost.")) });

    await expectRefusal(bad, "input_image_unreachable", /example\.com could not be reached/);
  });

  it.each([403, 404, 410, 429, 500, 503])("an image is unreachable when the host answers %i", async (status) => {
    serve(stage, { [bad]: () => new Response("secret", { status }) });

    await expectRefusal(bad, "input_image_unreachable", new RegExp(`status ${status}`));
  });

  it("an image is unreachable when it breaks off after parts of it are stored", async () => {
    function* broken() {
      for (let count = 0; count < 20; count += 1) yield anImage(mebibyte);
      throw new Error("reset");
    }
    serve(stage, { [bad]: () => new Response(streamOf(broken())) });

    await expectRefusal(bad, "input_image_unreachable", /broke off/);
  });

  it("an image is unreachable when it is shorter than it announces", async () => {
    const headers = { "content-length": "5000" };
    serve(stage, { [bad]: () => new Response(streamOf([anImage(4_000)]), { headers }) });

    await expectRefusal(bad, "input_image_unreachable", /broke off/);
  });

  it.each<[string, () => Promise<Response>, RegExp, number]>([
    ["no headers come", () => new Promise(() => {}), /did not answer within 10 seconds/, 10_000],
    [
      "its bytes stop coming",
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
      /did not send the whole image within 30 seconds/,
      30_000,
    ],
  ])("an image is unreachable when %s", async (_when, page, words, ms) => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    serve(stage, { [bad]: page });
    const refusal = expectRefusal(bad, "input_image_unreachable", words);
    await expect.poll(() => vi.getTimerCount()).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(ms);
    await refusal;
  });
});
