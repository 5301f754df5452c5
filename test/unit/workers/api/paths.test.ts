import { describe, expect, it } from "vitest";
import { readPath } from "../../../../workers/api/paths.ts";

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
    "/v1/openai/images/generations",
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

  expect(performance.now() - started).toBeLessThan(2_000);
});
