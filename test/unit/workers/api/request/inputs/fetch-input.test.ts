import { describe, expect, it, vi } from "vitest";
import { type FetchContext, fetchInput } from "#api/request/inputs/fetch-input.ts";
import { AppError } from "#shared/errors.ts";
import { maxInputBytes } from "#shared/wire/limits.ts";

const address = "https://example.com/cat.png?token=secret";
const location = { name: "images[2]", param: "images" };
const image = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) & 255);

type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

function outside(answer: Fetch, limits = { headersMs: 5_000, bodyMs: 5_000 }) {
  const fetched = vi.fn(async (url: string, init: RequestInit) => answer(url, init));
  const guard = {
    selves: [new URL("https://api.pictures.dev/")],
    imageBases: [new URL("https://api.pictures.dev/images")],
    exemptOrigin: null,
  };
  // A bucket that would throw: no test here reads an image of our own.
  const given: FetchContext = { fetch: fetched, images: {} as R2Bucket, guard, limits };
  return { fetched, given };
}

async function bytesFrom(given: FetchContext, from = address, stop = new AbortController().signal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of fetchInput({ location, address: from }, given, stop)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function fault(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  const { message, param } = error as AppError;
  expect(message).toMatch(/^images\[2\] .*\.$/);
  expect(message).not.toMatch(/secret|cat\.png/);
  expect(param).toBe("images");
  return error as AppError;
}

const redirect = (to: string, status = 302) => new Response("moved", { status, headers: { location: to } });
const never = () => new Promise<never>(() => {});
/** Sends some bytes, and then what `then` says. */
const body = (then: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>) => {
  let isFirst = true;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!isFirst) return then(controller);
      isFirst = false;
      controller.enqueue(image.subarray(0, 1000));
    },
  });
};

describe("an image from an address", () => {
  it("an image from an address arrives byte for byte", async () => {
    const { given } = outside(() => new Response(image));
    expect((await bytesFrom(given)).equals(image)).toBe(true);
  });

  it("an image is asked for in our own name, and with nothing of the caller's", async () => {
    const { given, fetched } = outside(() => new Response(image));
    await bytesFrom(given);
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe(address);
    expect(init).toMatchObject({ redirect: "manual" });
    expect(init?.headers).toEqual({
      accept: "image/*",
      "accept-encoding": "identity",
      "user-agent": "dreamina-image-api",
    });
  });

  it.each([301, 302, 303, 307, 308])("an image is followed to where it moved: %i", async (status) => {
    const { given, fetched } = outside((url) =>
      url === address ? redirect("/moved.png", status) : new Response(image),
    );
    await bytesFrom(given);
    expect(fetched.mock.calls.map(([url]) => url)).toEqual([address, "https://example.com/moved.png"]);
  });

  it("an image is followed over three redirects, from https to http too, and no further", async () => {
    const hops = (count: number) => (url: string) => {
      const hop = Number(/hop(\d)/.exec(url)?.[1] ?? 0);
      return hop < count ? redirect(`http://other.example.com/hop${hop + 1}`) : new Response(image);
    };
    expect(await bytesFrom(outside(hops(3)).given)).toHaveLength(image.length);
    const four = outside(hops(4));
    expect(await fault(bytesFrom(four.given))).toMatchObject({ code: "input_image_unreachable" });
    expect(four.fetched).toHaveBeenCalledTimes(4);
  });

  it("the announced length of a compressed image is ignored", async () => {
    const headers = { "content-encoding": "gzip", "content-length": "99999999999" };
    expect(await bytesFrom(outside(() => new Response(image, { headers })).given)).toHaveLength(image.length);
  });
});

describe("a redirect inward", () => {
  it.each([
    "http://127.0.0.1:9001/a.png",
    "//localhost/",
    "https://[::ffff:10.0.0.1]/",
    "http://metadata.google.internal/",
  ])("a redirect inward is not followed: %s", async (to) => {
    const { given, fetched } = outside(() => redirect(to));
    const error = await fault(bytesFrom(given));
    expect(error.code).toBe("input_image_forbidden");
    expect(error.message).toContain("redirected by example.com");
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("a redirect inward is not followed at the third hop either", async () => {
    const { given, fetched } = outside((url) =>
      url.endsWith("/2") ? redirect("http://10.0.0.1/") : redirect(url.endsWith("/1") ? "/2" : "/1"),
    );
    expect((await fault(bytesFrom(given))).code).toBe("input_image_forbidden");
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it("a redirect that cannot be read is forbidden", async () => {
    expect((await fault(bytesFrom(outside(() => redirect("http://[")).given))).code).toBe("input_image_forbidden");
  });
});

describe("an unreachable image", () => {
  it.each<[string, Fetch, RegExp]>([
    ["when the connection fails", () => Promise.reject(new TypeError("fetch failed")), /example\.com could not be/],
    ["when it is not there", () => new Response("no", { status: 404 }), /status 404/],
    ["when the host is broken", () => new Response("no", { status: 500 }), /status 500/],
    ["when the host has nothing to send", () => new Response(null, { status: 204 }), /status 204/],
    ["when a redirect names no target", () => new Response(null, { status: 302 }), /status 302/],
    ["when it needs no update", () => new Response(null, { status: 304 }), /status 304/],
    ["when it breaks off", () => new Response(body((c) => c.error(new Error("reset")))), /broke off/],
    [
      "when it ends before its announced length",
      () =>
        new Response(
          body((c) => c.close()),
          { headers: { "content-length": "1001" } },
        ),
      /broke off/,
    ],
  ])("an image is unreachable %s", async (_when, answer, words) => {
    const error = await fault(bytesFrom(outside(answer).given));
    expect(error.code).toBe("input_image_unreachable");
    expect(error.message).toMatch(words);
  });

  it("an image is unreachable when the host does not answer in time", async () => {
    const { given } = outside(never, { headersMs: 20, bodyMs: 5_000 });
    const error = await fault(bytesFrom(given));
    expect(error).toMatchObject({ code: "input_image_unreachable", message: expect.stringContaining("0.02 seconds") });
  });

  it("an image is unreachable when redirects together take too long", async () => {
    const { given } = outside((url) => (url === address ? redirect("/slow") : never()), {
      headersMs: 20,
      bodyMs: 5_000,
    });
    expect((await fault(bytesFrom(given))).code).toBe("input_image_unreachable");
  });

  it("an image that comes too slowly is unreachable, and its connection is closed", async () => {
    let isCancelled = false;
    const drip = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 4));
        controller.enqueue(image.subarray(0, 1));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const { given, fetched } = outside(() => new Response(drip), { headersMs: 5_000, bodyMs: 40 });
    expect((await fault(bytesFrom(given))).message).toContain("did not send the whole image");
    expect(isCancelled).toBe(true);
    expect(fetched.mock.calls[0]?.[1].signal?.aborted).toBe(true);
  });

  it("an image is unreachable when the host stalls in the middle", async () => {
    const { given } = outside(() => new Response(body(never)), { headersMs: 5_000, bodyMs: 20 });
    expect((await fault(bytesFrom(given))).code).toBe("input_image_unreachable");
  });
});

it("an image that is announced too large is refused before a byte of it is read", async () => {
  let isRead = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        isRead = true;
        controller.enqueue(image);
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-length": String(maxInputBytes + 1) };
  const error = await fault(bytesFrom(outside(() => new Response(stream, { headers })).given));
  expect(error.code).toBe("input_image_invalid");
  expect(error.message).toMatch(/31,457,281 bytes.*31,457,280 bytes/);
  expect(isRead).toBe(false);
});

it("a reader that has seen enough lets the connection go", async () => {
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(image),
    cancel: () => {
      isCancelled = true;
    },
  });
  const { given } = outside(() => new Response(endless));
  for await (const _piece of fetchInput({ location, address }, given, new AbortController().signal)) break;
  expect(isCancelled).toBe(true);
});

it("a fetch is given up when another input has failed", async () => {
  const stop = new AbortController();
  const { given } = outside(never);
  const work = bytesFrom(given, address, stop.signal);
  stop.abort();
  await expect(work).rejects.toThrow();
});
