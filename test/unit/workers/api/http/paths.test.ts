import { describe, expect, it } from "vitest";
import { forwardedUrl } from "#api/http/forwarded-url.ts";
import { notFoundMessage } from "#api/http/not-found-message.ts";
import { readPath } from "#api/http/paths.ts";

const bases = [
  ["", "plain"],
  ["/v1", "plain"],
  ["/v1/v1", "plain"],
  ["/v1/v1/v1", "plain"],
  ["/openai", "openai"],
  ["/openai/v1", "openai"],
  ["/openai/v1/v1", "openai"],
  ["/sync", "sync"],
  ["/sync/v1", "sync"],
  ["/sync/v1/v1", "sync"],
  ["/api", "plain"],
  ["/api/v1", "plain"],
  ["/v1/openai", "openai"],
  ["/v1/openai/v1", "openai"],
  ["/v1/sync", "sync"],
  ["/api/openai/v1", "openai"],
  ["/api/v1/openai", "openai"],
] as const;

const task = "imgtask_V1StGXR8_Z5jdHi6B-myT";

const resources = [
  "/images/generations",
  "/images/generations/async",
  "/images/compositions",
  "/images/edits",
  "/images/edits/async",
  "/images/tasks",
  `/images/tasks/${task}`,
  `/images/tasks/${task}/events`,
  `/images/tasks/${task}/cancel`,
  "/images/history",
  "/models",
  "/models/dreamina-4.5",
  "/credits",
  "/credits/claim",
  "/sessions",
  "/sessions/check",
  "/files",
  "/files/file-V1StGXR8_Z5jdHi6B-myT/content",
  "/batches",
  "/batches/batch_V1StGXR8_Z5jdHi6B-myT/cancel",
];

describe.each(bases)("under the base %j", (prefix, base) => {
  it.each(resources)("%s is read as the route of /v1", (resource) => {
    expect(readPath(prefix + resource)).toEqual({ path: `/v1${resource}`, base });
  });

  it.each(resources)("%s is read the same with a slash behind it, or with slashes twice", (resource) => {
    const expected = { path: `/v1${resource}`, base };
    expect(readPath(`${prefix}${resource}/`)).toEqual(expected);
    expect(readPath(`${prefix}${resource}//`)).toEqual(expected);
    expect(readPath(`/${prefix}${resource}`)).toEqual(expected);
    expect(readPath(`${prefix}/${resource}`)).toEqual(expected);
    expect(readPath(`${prefix}${resource}`.replaceAll("/", "//"))).toEqual(expected);
  });
});

describe("a task", () => {
  it.each([
    [`/v1/tasks/${task}`, `/v1/images/tasks/${task}`],
    [`/tasks/${task}`, `/v1/images/tasks/${task}`],
    ["/v1/tasks", "/v1/images/tasks"],
    [`/v1/tasks/${task}/events`, `/v1/images/tasks/${task}/events`],
    [`/v1/tasks/${task}/cancel`, `/v1/images/tasks/${task}/cancel`],
    [`/v1/images/generations/${task}`, `/v1/images/tasks/${task}`],
    [`/v1/images/generations/${task}/`, `/v1/images/tasks/${task}`],
    [`/v1/images/generations/${task}/events`, `/v1/images/tasks/${task}/events`],
    [`/v1/images/edits/${task}`, `/v1/images/tasks/${task}`],
    [`/v1/images/compositions/${task}`, `/v1/images/tasks/${task}`],
  ])("a task is found below the addresses clients poll, too: %s", (path, read) => {
    expect(readPath(path)).toEqual({ path: read, base: "plain" });
  });

  it.each(["/v1/tasksx", `/v1/images/generationsx/${task}`, "/v1/task/1", "/v1/images/generations/more"])(
    "no task is looked for at %s",
    (path) => {
      expect(readPath(path)).toEqual({ path, base: "plain" });
    },
  );
});

describe("an address of Azure's kind", () => {
  it.each([
    ["/openai/deployments/dall-e-3/images/generations", "/v1/images/generations", "dall-e-3"],
    ["/openai/deployments/dreamina-4.5/images/edits", "/v1/images/edits", "dreamina-4.5"],
    ["/openai/v1/deployments/dreamina-4.5/images/generations/", "/v1/images/generations", "dreamina-4.5"],
    ["/v1/deployments/dreamina-4.5/images/generations", "/v1/images/generations", "dreamina-4.5"],
    ["/openai/deployments/raw%3Ahigh_aes%20x/images/generations", "/v1/images/generations", "raw:high_aes x"],
    ["/openai/deployments/100%/images/generations", "/v1/images/generations", "100%"],
  ])("an address of Azure's kind waits, and names the model: %s", (path, route, deployment) => {
    expect(readPath(path)).toEqual({ path: route, base: "openai", deployment });
  });

  it.each([
    "/openai/deployments/images/generations",
    "/openai/deployments/a/b/images/generations",
    "/openai/deployments/a/models",
    "/openai/deployments/gpt-4o/chat/completions",
    "/openai/deployments",
  ])("an address of Azure's kind for anything but images is left as it is: %s", (path) => {
    expect(readPath(path)).toEqual({ path, base: "plain" });
  });
});

describe("where there is nothing", () => {
  it.each([
    "/v1/chat/completions",
    "/chat/completions",
    "/openai/v1/chat/completions/",
    "/openai/deployments/gpt-4o/chat/completions",
    "/v1/responses",
    "/v1/completions",
    "/v1/messages",
    "/v1/embeddings",
    "/v1/audio/speech",
  ])("a client of another kind of model is told what this server makes, and where: %s", (path) => {
    expect(notFoundMessage(path)).toBe(
      `This server makes images and nothing else, so there is nothing at ${path}. Send the prompt to POST /v1/images/generations, images to be changed to POST /v1/images/edits.`,
    );
  });

  it.each(["/v2/images/generations", "/completions-of-all", "/v1/chat", "/"])(
    "any other address is named: %s",
    (path) => {
      expect(notFoundMessage(path)).toBe(`There is nothing at ${path}.`);
    },
  );

  it("a long address is cut", () => {
    expect(notFoundMessage(`/${"x".repeat(10_000)}/chat/completions`).length).toBeLessThan(500);
  });
});

describe("an address behind a proxy", () => {
  const seen = "http://10.0.0.5:8787/v1/images?x=1";

  it.each([
    [{}, "http://10.0.0.5:8787/v1/images?x=1"],
    [{ proto: "https" }, "https://10.0.0.5:8787/v1/images?x=1"],
    [{ host: "pics.example" }, "http://pics.example/v1/images?x=1"],
    [{ proto: "https", host: "pics.example" }, "https://pics.example/v1/images?x=1"],
    [{ proto: "HTTPS", host: "pics.example:8443" }, "https://pics.example:8443/v1/images?x=1"],
    [{ proto: "https, http", host: "pics.example, inner.example" }, "https://pics.example/v1/images?x=1"],
    [{ proto: " https ", host: "[2001:db8::1]:444" }, "https://[2001:db8::1]:444/v1/images?x=1"],
  ])("the proxy's words %j make it %s", (forwarded, expected) => {
    const { proto, host } = forwarded as { proto?: string; host?: string };
    expect(forwardedUrl(seen, { proto, host }).href).toBe(expected);
  });

  it.each([
    { proto: "", host: "" },
    { proto: "javascript", host: "a b" },
    { proto: "ftp", host: "pics.example/path" },
    { proto: "https:", host: "user@pics.example" },
    { proto: "x", host: "pics.example#" },
    { proto: "x", host: "1.2.3.256" },
    { proto: "x", host: "pics.example:123456" },
    { proto: "x", host: "pics.example:70000" },
  ])("words of a proxy that cannot be read change nothing: %j", (forwarded) => {
    expect(forwardedUrl(seen, forwarded).href).toBe(seen);
  });
});

describe("any other path", () => {
  it.each([
    "/",
    "",
    "//",
    "/v1",
    "/v1/",
    "/openai/v1",
    "/docs",
    "/openapi.json",
    "/ping",
    "/ping/",
    "/health",
    "/v1/ping",
    "/assets/page.js",
    `/images/${task}/0`,
    `/images/${task}/0/`,
    `/images//${task}/0`,
    `/v1/images/${task}/0`,
    "/images",
    "/v1/images",
    "/v1/images/",
    "/images/generation",
    "/images/generationss",
    "/v1/images/variations",
    "/v1/modelsx",
    "/v1/chat/completions",
    "/v2/images/generations",
    "/v1/api/images/generations",
    "/api/api/images/generations",
    "/api",
    "/sync/openai/v1/images/generations",
    "/openai/sync/v1/images/generations",
    "/V1/images/generations",
    "/prefix/v1/images/generations",
    "/v11/images/generations",
    "/v1images/generations",
    "v1/images/generations",
    "/../v1/images/generations",
  ])("a path that is no resource of the API is left as it is: %j", (path) => {
    expect(readPath(path)).toEqual({ path, base: "plain" });
  });
});

it("reading a path twice changes nothing more", () => {
  for (const [prefix] of bases) {
    for (const resource of resources) {
      const { path } = readPath(prefix + resource);
      expect(readPath(path)).toEqual({ path, base: "plain" });
    }
  }
});

it("a path of many slashes takes no longer than its length explains", () => {
  const long = `/v1${"/".repeat(100_000)}images/generations`;
  const started = performance.now();

  expect(readPath(long)).toEqual({ path: "/v1/images/generations", base: "plain" });
  readPath(`${"/v1".repeat(30_000)}/nothing`);
  readPath(`${"/v1".repeat(15_000)}/openai${"/v1".repeat(15_000)}/nothing`);
  readPath(`/openai/deployments/${"x".repeat(100_000)}/images`);

  expect(performance.now() - started).toBeLessThan(2_000);
});
