/** Reference images from malicious or faulty hosts, over real sockets. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anImage, type Host, startHostile, startInner } from "./support/hostile-server.ts";
import { type Running, startRuntime, temporaryFolder } from "./support/processes.ts";

const state = temporaryFolder();
let hostile: Host;
let inner: Host;
let api: Running;

beforeAll(async () => {
  hostile = await startHostile();
  inner = await startInner();
  // Of all inner addresses, only the sample images of the upstream's origin may be fetched.
  api = await startRuntime({ state: state.path, upstream: hostile.url });
});

afterAll(async () => {
  await api?.stop();
  await hostile?.close();
  await inner?.close();
  state.remove();
});

const authorization = "Bearer us-demo-us-inputs";
/** An address on the host that the API may fetch from. */
const at = (page: string) => `${hostile.url}/_samples${page}`;
const redirectTo = (address: string) => at(`/redirect?to=${encodeURIComponent(address)}`);
const mebibyte = 1024 * 1024;

type Answer = { input_images?: number; error?: { code: string; param: string; message: string } };

async function post(body: string | FormData, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { authorization, ...headers }, body };
  const answer = await fetch(`${api.url}/v1/images/compositions`, init);
  return { http: answer.status, ...((await answer.json()) as Answer) };
}

const compose = (...images: string[]) =>
  post(JSON.stringify({ prompt: "a lighthouse", images }), { "content-type": "application/json" });

describe("linked images", () => {
  it.each(["/image.png", "/chunked.png", "/redirect?to=/_samples/image.png"])(
    "a linked image is fetched from its host: %s",
    async (page) => {
      expect(await compose(at(page))).toMatchObject({ http: 200, input_images: 1 });
    },
  );

  it("a linked image is requested without the caller's credentials and cookies", async () => {
    await compose(at("/image.png?mine"));
    const request = hostile.requests.find(({ url }) => url === "/_samples/image.png?mine");
    expect(request?.headers).toMatchObject({ "user-agent": "dreamina-image-api", accept: "image/*" });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.headers.cookie).toBeUndefined();
  });

  it.concurrent.each([
    ["/page-as-image.png", "input_image_invalid", "an HTML page"],
    ["/drawing.svg", "input_image_invalid", "an SVG drawing"],
    ["/empty.png", "input_image_invalid", "is empty"],
    ["/endless.png", "input_image_invalid", "larger than 30 MiB"],
    ["/bomb.png", "input_image_invalid", "larger than 30 MiB"],
    ["/huge.png", "input_image_invalid", "41,943,040 bytes"],
    ["/missing.png", "input_image_unreachable", "status 404"],
    ["/broken.png", "input_image_unreachable", "status 500"],
    ["/short.png", "input_image_unreachable", "images[1]"],
    ["/reset.png", "input_image_unreachable", "images[1]"],
    ["/silent.png", "input_image_unreachable", "within 10 seconds"],
    ["/loop", "input_image_unreachable", "more than 3 times"],
  ])("a link that leads to no usable image is refused with its reason: %s", async (page, code, words) => {
    const answer = await compose(at("/image.png"), at(page));
    expect(answer).toMatchObject({ http: 400, error: { code, param: "images" } });
    expect(answer.error?.message).toContain(words);
    expect(answer.error?.message).not.toContain(page.slice(1));
  });
});

describe("inner servers", () => {
  const spellings = (port: number) =>
    [
      ...["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "localhost."],
      ...["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "0.0.0.0", "１２７.0.0.1"],
    ].map((host) => `http://${host}:${port}/image.png`);

  it("an inner server is never reached by its address, in any spelling", async () => {
    for (const address of spellings(inner.port)) {
      expect(await compose(address)).toMatchObject({ http: 400, error: { code: "input_image_forbidden" } });
    }
    expect(inner.requests).toHaveLength(0);
  });

  it("an inner server is never reached by a redirect from an allowed host", async () => {
    for (const address of spellings(inner.port)) {
      const redirect = redirectTo(address);
      const twice = redirectTo(redirect);
      for (const image of [redirect, twice]) {
        expect(await compose(image)).toMatchObject({ http: 400, error: { code: "input_image_forbidden" } });
      }
    }
    expect(inner.requests).toHaveLength(0);
  });

  it("the API itself is never reached by a link or a redirect", async () => {
    for (const address of [`${api.url}/health`, redirectTo(`${api.url}/health`)]) {
      expect(await compose(address)).toMatchObject({ http: 400, error: { code: "input_image_forbidden" } });
    }
  });
});

it("the upstream's origin is not used as a relay to an inner server", async () => {
  const relayed = `${hostile.url}/127.0.0.1:${inner.port}/image.png`;
  for (const address of [relayed, redirectTo(relayed)]) {
    expect(await compose(address)).toMatchObject({ http: 400, error: { code: "input_image_forbidden" } });
  }
  expect(hostile.requests.filter(({ url }) => url?.startsWith("/127."))).toHaveLength(0);
});

describe("forms over a real connection", () => {
  const aForm = (...files: (Buffer | string)[]) => {
    const form = new FormData();
    for (const file of files) form.append("image", new Blob([file]), "a.png");
    form.append("prompt", "a lighthouse");
    return form;
  };

  it("a form may contain large files", async () => {
    const form = aForm(anImage(20 * mebibyte), anImage(9 * mebibyte), anImage(1_000));
    expect(await post(form)).toMatchObject({ http: 200, input_images: 3 });
  });

  it("a form is refused with its reason while its files are still being sent", async () => {
    const form = aForm(anImage(1_000), "<!doctype html>".padEnd(100), anImage(9 * mebibyte));
    expect(await post(form)).toMatchObject({ http: 400, error: { code: "input_image_invalid", param: "image" } });
  });
});

it("JSON that is too large is refused with its reason while it is still being sent", async () => {
  const answer = await compose("A".repeat(20 * mebibyte));
  expect(answer).toMatchObject({ http: 413, error: { code: "body_too_large" } });
});
