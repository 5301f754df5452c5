import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { log, redact } from "#shared/log.ts";

const hex = "0123456789abcdef0123456789abcdef";
const upper = hex.toUpperCase();

/** The line of a call, and its parsed fields. */
function written(...call: Parameters<typeof log>): { line: string; fields: Record<string, unknown> } {
  log(...call);
  const [level] = call;
  const line = vi.mocked(console[level]).mock.lastCall?.[0];
  return { line, fields: JSON.parse(line) };
}

beforeEach(() => {
  for (const level of ["info", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a session in a text", () => {
  it.each([
    ["bare", hex],
    ["bare, upper case", upper],
    ["with a region", `hk-${hex}`],
    ["with a region in upper case", `HK-${hex}`],
    ["in a sentence", `the session ${hex}, of us-${hex}.`],
    ["in quotes", `"${hex}" and 'sg-${hex}'`],
    ["in a list", `us-${hex},jp-${hex},${hex}`],
    ["bearer", `Bearer ${hex}`],
    ["bearer with a region", `Bearer us-${hex}`],
    ["bearer, several", `Bearer us-${hex},hk-${upper}`],
    ["bearer, several with spaces", `Bearer us-${hex}, hk-${upper}`],
    ["authorization header", `Authorization: Bearer us-${hex}`],
    ["authorization header without bearer", `authorization: us-${hex}`],
    ["authorization in JSON", `{"authorization":"Bearer us-${hex}"}`],
    ["cookie", `cookie: sessionid=${hex}; sessionid_ss=${hex}; sid_tt=${hex}`],
    ["sid_guard", `sid_guard=${hex}%7C1771000000%7C5184000%7CTue`],
    ["cookie in JSON", `{"sessionid":"${hex}"}`],
    ["in an address", `https://example.com/?session=${hex}&x=1`],
    ["in a path", `/v1/${hex}/x`],
    ["across lines", `first\n${hex}\nlast`],
  ])("a session in a text is cut out: %s", (_spelling, text) => {
    const rest = redact(text).toLowerCase();
    expect(rest).not.toContain(hex);
    expect(rest).not.toMatch(/[0-9a-f]{20}/);
    expect(rest).toContain("[removed]");
  });

  // A session need not be 32 hex characters; after these words any value counts as one.
  it.each([
    ["bearer", "Bearer us-short-secret"],
    ["bearer in lower case", "bearer us-short-secret"],
    ["bearer, several", "Bearer us-one-secret,hk-two-secret"],
    ["authorization", 'authorization: "short-secret"'],
    ["api-key", "api-key: short-secret"],
    ["x-api-key in JSON", '{"x-api-key":"short-secret"}'],
    ["x-api-key in a list of headers", '[["accept","*/*"],["x-api-key","short-secret"]]'],
    ["authorization in a list of headers", '[["authorization","us-short-secret,hk-two-secret"]]'],
    ["sessionid", "sessionid=short-secret; path=/"],
    ["sessionid_ss", "a=b; sessionid_ss=short-secret"],
    ["sid_tt", "sid_tt=short-secret"],
    ["sid_guard", "sid_guard=short-secret%7C1"],
    ["uid_tt", "uid_tt=short-secret; uid_tt_ss=short-secret"],
    ["JSON", '{ "sessionid": "short-secret" }'],
  ])("a session of any form is cut out after %s", (_spelling, text) => {
    expect(redact(text)).not.toContain("secret");
  });

  it.each([
    ["encoded", `sessionid%3D${hex}`],
    ["behind an encoded bar", `x%7C${hex}%7C1771000000`],
    ["behind an underscore", `session_${hex}`],
  ])("a session is cut out when it is %s", (_spelling, text) => {
    expect(redact(text)).not.toContain(hex);
  });

  it("the second session of a bearer list with spaces is removed, whatever its form", () => {
    expect(redact("Bearer us-one-secret, hk-two-secret")).not.toContain("secret");
  });
});

describe("other texts", () => {
  it.each([
    "a red fox",
    "imgtask_V1StGXR8_Z5jdHi6B-myT",
    "0b6f0c1e-1111-4aaa-9bbb-000000000001",
    "hk-…c3f9",
    "fail_code 2038",
    `${hex}0`,
    "7897100000001",
  ])("the text %s stays as it is", (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("a line", () => {
  it("a log line is JSON with level and event, written at its level", () => {
    expect(written("warn", "copy_failed", { task: "t", index: 0 }).fields).toEqual({
      level: "warn",
      event: "copy_failed",
      task: "t",
      index: 0,
    });
  });

  it("a log line has no line breaks", () => {
    expect(written("info", "x", { text: "one\ntwo" }).line).not.toContain("\n");
  });

  it("sessions are removed from a log line's nested fields, lists and event", () => {
    const { line } = written("info", `x ${hex}`, { deep: { list: [`us-${hex}`, { text: `sessionid=${hex}` }] } });
    expect(line).not.toContain(hex);
  });

  it("sessions are removed from a logged error's message and stack", () => {
    const error = new Error(`no such session us-${hex}`);
    error.stack = `Error: Bearer ${hex}\n    at place (file.ts:1:1)`;
    const { line, fields } = written("error", "request_failed", { error });
    expect(line).not.toContain(hex);
    expect(fields.error).toMatchObject({ name: "Error", message: "no such session [removed]" });
    expect(String((fields.error as Record<string, unknown>).stack)).toContain("at place");
  });

  it("sessions are removed from an error inside a logged field", () => {
    expect(written("error", "x", { failed: [{ why: new TypeError(`cookie sessionid=${hex}`) }] }).line).not.toContain(
      hex,
    );
  });

  it("an error without a stack is logged with an empty stack", () => {
    const error = new Error("bare");
    delete error.stack;
    expect(written("error", "x", { error }).fields.error).toEqual({ name: "Error", message: "bare", stack: "" });
  });
});

describe("a key of a cloud in a text", () => {
  const key = "1a2b3c4d-1111-2222-3333-444455556666";

  it.each([
    ["with its cloud", `ark-ap-${key}`],
    ["with its cloud, a native one", `ark-cn-ark-${key}-abcde`],
    ["as the console shows it", `ark-${key}-abcde`],
    ["in JSON", `{"key":"ark-eu-${key}"}`],
    ["in a list", `us-${hex},ark-ap-${key}`],
  ])("a key is removed (%s)", (_form, text) => {
    expect(redact(text)).not.toMatch(/1111|4444|abcde/);
  });

  it("a masked key stays readable", () => {
    expect(redact("ark-ap-…c3f9")).toBe("ark-ap-…c3f9");
  });
});

it("the signature of a link to an image is removed, and its path stays readable", () => {
  const link =
    "https://bucket.example.com/a/0.jpeg?X-Tos-Algorithm=TOS4&X-Tos-Credential=AKLT%2F2026&X-Tos-Signature=9f8e7d";
  const text = redact(`{"url":"${link}"}`);
  expect(text).toContain("https://bucket.example.com/a/0.jpeg?");
  expect(text).not.toMatch(/AKLT|9f8e7d/);
});
