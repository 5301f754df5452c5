import { describe, expect, it } from "vitest";
import { type GuardContext, targetOf } from "#api/request/inputs/ssrf-guard.ts";
import { innerHosts } from "#test/support/inner-hosts.ts";

const surroundings: GuardContext = {
  selves: [new URL("https://api.pictures.dev/v1/images/compositions"), new URL("http://inner.images.dev/")],
  imageBases: [new URL("https://api.pictures.dev/images"), new URL("https://cdn.images.dev/p/")],
  exemptOrigin: "http://127.0.0.1:9000",
};
const target = (address: string, base?: string) =>
  targetOf(address, surroundings, base === undefined ? undefined : new URL(base));

describe("an address on the public internet", () => {
  it.each([
    "https://example.com/cat.png",
    "http://example.com:8080/cat.png?size=1",
    "HTTPS://EXAMPLE.COM/cat.png",
    "https://example.com./cat.png",
    "https://bücher.de/a.png",
    "https://8.8.8.8/a.png",
    "https://1.1.1.1:8443/a.png",
    "https://[2606:4700:4700::1111]/a.png",
    "https://[::ffff:8.8.8.8]/a.png",
    "https://internal.example.com/a.png",
    "https://localhost.com/a.png",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
  ])("an address on the public internet passes: %s", (address) => {
    expect(target(address)).toEqual({ ok: true, value: { kind: "outside", url: new URL(address) } });
  });
});

describe("an address with another scheme", () => {
  it.each([
    "ftp://example.com/a.png",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "blob:https://example.com/1",
    "gopher://example.com/",
    "localhost:8787/a.png",
    "ws://example.com/",
  ])("an address with another scheme than http and https is refused: %s", (address) => {
    const why = expect.stringContaining("must be an http or https address");
    expect(target(address)).toEqual({ ok: false, error: { code: "input_image_forbidden", why } });
  });
});

it.each(["https://anna:secret@example.com/a.png", "https://anna@example.com/a.png", "https://:secret@example.com/"])(
  "an address with a user name or password is refused and not repeated: %s",
  (address) => {
    const answer = target(address);
    expect(answer).toMatchObject({ ok: false, error: { code: "input_image_forbidden" } });
    expect(JSON.stringify(answer)).not.toMatch(/anna|secret/);
  },
);

it.each([
  "https://",
  "http://[::1",
  "http://[fe80::1%25eth0]/",
  "http://[fe80::1%eth0]/",
  "https://a b/",
  "http://1.2.3.256/",
])("text that is no address is refused: %s", (address) => {
  expect(target(address)).toMatchObject({ ok: false, error: { code: "invalid_value" } });
});

it.each(innerHosts)("an inner host is refused: %s", (host) => {
  for (const address of [`http://${host}/a.png`, `https://${host}:8443/`]) {
    expect(target(address)).toMatchObject({ ok: false, error: { code: "input_image_forbidden" } });
  }
});

describe("the API's own host", () => {
  it.each([
    ["https://api.pictures.dev/images/imgtask_abc/0", "imgtask_abc/0"],
    ["http://api.pictures.dev/images/imgtask_abc/12?x=1#y", "imgtask_abc/12"],
    ["https://cdn.images.dev/p/imgtask_a-b_c/3", "imgtask_a-b_c/3"],
    ["https://api.pictures.dev/images/imgtask_abc/0.png", "imgtask_abc/0"],
    ["https://api.pictures.dev/images/imgtask_abc/10.JPEG?download=1", "imgtask_abc/10"],
    ["https://cdn.images.dev/p/imgtask_abc/3.webp", "imgtask_abc/3"],
    // A small version stands for its image.
    ["https://api.pictures.dev/images/imgtask_abc/3/small", "imgtask_abc/3"],
    ["https://cdn.images.dev/p/imgtask_abc/3/small", "imgtask_abc/3"],
  ])("the API's own host gives its finished images: %s", (address, key) => {
    expect(target(address)).toEqual({ ok: true, value: { kind: "own", key } });
  });

  it.each([
    "https://api.pictures.dev/",
    "https://api.pictures.dev./health",
    "https://API.pictures.dev/v1/models",
    "https://api.pictures.dev:8443/images/imgtask_abc/0",
    "https://api.pictures.dev/images/imgtask_abc/0/1",
    "https://api.pictures.dev/images/imgtask_abc/x",
    "https://api.pictures.dev/images/imgtask_abc/0.",
    "https://api.pictures.dev/images/imgtask_abc/0.html",
    "https://api.pictures.dev/images/imgtask_abc/0.png.png",
    "http://inner.images.dev/v1/models",
    "https://api.pictures.dev/images/../v1/images/tasks",
    "https://api.pictures.dev/images/imgtask_abc%2F0",
    "https://api.pictures.dev/imagesimgtask_abc/0",
  ])("the API's own host gives nothing but its finished images: %s", (address) => {
    expect(target(address)).toMatchObject({ ok: false, error: { code: "input_image_forbidden" } });
  });

  it("the public host of the images is an ordinary one for anything else", () => {
    expect(target("https://cdn.images.dev/logo.png")).toMatchObject({ ok: true, value: { kind: "outside" } });
  });
});

describe("the origin in UPSTREAM_ORIGIN", () => {
  const sample = "http://127.0.0.1:9000/_samples/1024x768.png?bytes=20000000";

  it("the origin in UPSTREAM_ORIGIN gives its sample images though it is inside, also by a redirect", () => {
    expect(target(sample)).toMatchObject({ ok: true });
    expect(target(sample, "https://example.com/a")).toMatchObject({ ok: true });
    expect(target("64x64.gif", sample)).toMatchObject({ ok: true });
  });

  it.each([
    "/",
    "/a.png",
    "/169.254.169.254/latest/meta-data/",
    "/_samples",
    "/_samples/",
    "/_samples/../169.254.169.254/",
    "/_samples/%2e%2e/169.254.169.254/",
    "/_samples/..%2f169.254.169.254%2f",
    "/_samples/..\\169.254.169.254/",
    "/_samples/169.254.169.254/latest/meta-data/",
    "/_samples//169.254.169.254",
    "//_samples/a.png",
    "/_SAMPLES/a.png",
  ])("the origin in UPSTREAM_ORIGIN gives nothing else, also not by a redirect: %s", (path) => {
    const refused = { ok: false, error: { code: "input_image_forbidden" } };
    expect(target(`http://127.0.0.1:9000${path}`)).toMatchObject(refused);
    expect(target(`http://127.0.0.1:9000${path}`, "https://example.com/a")).toMatchObject(refused);
  });

  it.each([
    "http://127.0.0.1:9001/_samples/a.png",
    "https://127.0.0.1:9000/_samples/a.png",
    "http://localhost:9000/_samples/a.png",
  ])("an origin other than the one in UPSTREAM_ORIGIN is refused: %s", (address) => {
    expect(target(address)).toMatchObject({ ok: false });
  });
});

describe("a redirect", () => {
  it("a redirect is read against the address it came from", () => {
    expect(target("../b.png?x", "https://example.com/a/b/c")).toEqual({
      ok: true,
      value: { kind: "outside", url: new URL("https://example.com/a/b.png?x") },
    });
  });

  it.each([
    "//127.0.0.1/",
    "http://localhost/",
    "https://[::1]/",
    "//metadata/",
    "file:///etc/passwd",
    "https://a:b@example.com/",
  ])("a redirect to a forbidden address is refused: %s", (address) => {
    expect(target(address, "https://example.com/a")).toMatchObject({
      ok: false,
      error: { code: "input_image_forbidden" },
    });
  });
});
