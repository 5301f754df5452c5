import { describe, expect, it } from "vitest";
import { apiConfig, consumerConfig, settingNames } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";

const SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const both = (env: object) => ({ ...apiConfig(env), ...consumerConfig(env) });

describe("settings", () => {
  it("only SECRET_KEY has to be set: every other setting has a default or stays unset", () => {
    expect(both({ SECRET_KEY })).toEqual({
      SECRET_KEY,
      API_KEYS: [],
      API_KEYS_ONLY: false,
      DEFAULT_CREDENTIALS: [],
      DEFAULT_SESSIONS: [],
      TRUST_PROXY: false,
      PUBLIC_IMAGE_BASE_URL: undefined,
      UPSTREAM_ORIGIN: undefined,
      UPSTREAM_OVERRIDES: undefined,
      SESSION_CONCURRENCY: 4,
      ARK_CONCURRENCY: 8,
      ARK_CALL_TIMEOUT_SECONDS: 300,
      CALLS_PER_INVOCATION: 45,
      LOOK_PACE_SECONDS: 1,
      FAST_PATH: true,
      TASK_TIMEOUT_MINUTES: 30,
      TASK_MAX_WAIT_HOURS: 24,
      KEEP_PROMPTS: true,
      ADMIN_SEES_PROMPTS: false,
      JOIN_WINDOW_SECONDS: 5,
      TASK_TTL_DAYS: 30,
      CORS_ORIGINS: "*",
    });
  });

  it.each(["", "  "])("a setting of %j counts as unset", (value) => {
    const env = Object.fromEntries(settingNames.map((name) => [name, value]));
    expect(both({ ...env, SECRET_KEY })).toEqual(both({ SECRET_KEY }));
  });

  it("API_KEYS takes SHA-256 hashes only; DEFAULT_SESSIONS takes sessions as they are", () => {
    const hash = "ab".repeat(32);
    expect(
      both({ SECRET_KEY, API_KEYS: ` ${hash.toUpperCase()} , ${hash}`, DEFAULT_SESSIONS: "us-a1b2, c3d4" }),
    ).toMatchObject({
      API_KEYS: [hash, hash],
      DEFAULT_SESSIONS: ["us-a1b2", "c3d4"],
    });
    expect(() => both({ SECRET_KEY, API_KEYS: "sk-plain", DEFAULT_SESSIONS: "us-a1b2" })).toThrow("SHA-256");
  });

  it("ADMIN_KEY_HASH takes one SHA-256 hash, not a key", () => {
    const hash = "CD".repeat(32);
    expect(both({ SECRET_KEY, ADMIN_KEY_HASH: ` ${hash} ` }).ADMIN_KEY_HASH).toBe(hash.toLowerCase());
    expect(() => both({ SECRET_KEY, ADMIN_KEY_HASH: "adm-plain" })).toThrow("ADMIN_KEY_HASH must be the SHA-256 hash");
  });

  it("every setting is read by one of the Workers", () => {
    const all = {
      PREVIOUS_SECRET_KEY: SECRET_KEY,
      API_KEYS: "ab".repeat(32),
      ADMIN_KEY_HASH: "cd".repeat(32),
      DEFAULT_SESSIONS: "us-a1b2",
      UPSTREAM_ORIGIN: "http://127.0.0.1:9000",
      UPSTREAM_OVERRIDES: "{}",
      PUBLIC_IMAGE_BASE_URL: "https://pics.example.com",
      WEBHOOK_EXEMPT_ORIGIN: "http://127.0.0.1:9100",
    };
    expect(Object.keys(both({ SECRET_KEY, ...all })).toSorted()).toEqual(settingNames.toSorted());
  });

  it.each([
    ["SESSION_CONCURRENCY", "1", 1],
    ["SESSION_CONCURRENCY", "100", 100],
    ["SESSION_CONCURRENCY", " 7 ", 7],
    ["SESSION_CONCURRENCY", 7, 7],
    ["TASK_TIMEOUT_MINUTES", "0.5", 0.5],
    ["TASK_MAX_WAIT_HOURS", "168", 168],
    ["TASK_TTL_DAYS", "365", 365],
    ["KEEP_PROMPTS", "false", false],
    ["JOIN_WINDOW_SECONDS", "0", 0],
    ["JOIN_WINDOW_SECONDS", "300", 300],
    ["UPSTREAM_ORIGIN", "http://127.0.0.1:9000", "http://127.0.0.1:9000"],
    ["UPSTREAM_ORIGIN", "http://127.0.0.1:9000/", "http://127.0.0.1:9000"],
    ["UPSTREAM_ORIGIN", "https://relay.example.com/path//", "https://relay.example.com/path"],
    ["UPSTREAM_OVERRIDES", "{}", {}],
    ["UPSTREAM_OVERRIDES", ' {"versions":{"draft":"3.4.0"}} ', { versions: { draft: "3.4.0" } }],
    ["UPSTREAM_OVERRIDES", { versions: { draft: "3.4.0" } }, { versions: { draft: "3.4.0" } }],
    ["PUBLIC_IMAGE_BASE_URL", "https://pics.example.com/", "https://pics.example.com"],
    ["CORS_ORIGINS", "*", "*"],
    ["CORS_ORIGINS", " * ", "*"],
    ["CORS_ORIGINS", "https://a.example", ["https://a.example"]],
    ["CORS_ORIGINS", "https://a.example, https://b.example,", ["https://a.example", "https://b.example"]],
  ] as const)("the setting %s, given as %j, reads as %j", (name, value, expected) => {
    expect(both({ SECRET_KEY, [name]: value })).toHaveProperty(name, expected);
  });

  it.each([
    ["SESSION_CONCURRENCY", "0"],
    ["SESSION_CONCURRENCY", "101"],
    ["SESSION_CONCURRENCY", "2.5"],
    ["SESSION_CONCURRENCY", "four"],
    ["SESSION_CONCURRENCY", "-1"],
    ["TASK_TIMEOUT_MINUTES", "0"],
    ["TASK_TIMEOUT_MINUTES", "-5"],
    ["TASK_TIMEOUT_MINUTES", "1441"],
    ["TASK_TIMEOUT_MINUTES", "Infinity"],
    ["TASK_TIMEOUT_MINUTES", "30m"],
    ["TASK_MAX_WAIT_HOURS", "0"],
    ["TASK_MAX_WAIT_HOURS", "169"],
    ["TASK_TTL_DAYS", "0"],
    ["JOIN_WINDOW_SECONDS", "-1"],
    ["JOIN_WINDOW_SECONDS", "301"],
    ["KEEP_PROMPTS", "no"],
    ["JOIN_WINDOW_SECONDS", "off"],
    ["TASK_TTL_DAYS", "ten"],
    ["UPSTREAM_ORIGIN", "127.0.0.1:9000"],
    ["UPSTREAM_ORIGIN", "ftp://example.com"],
    ["UPSTREAM_ORIGIN", "javascript:alert(1)"],
    ["UPSTREAM_OVERRIDES", "versions"],
    ["UPSTREAM_OVERRIDES", '{"versions":'],
    ["UPSTREAM_OVERRIDES", "[]"],
    ["UPSTREAM_OVERRIDES", "null"],
    ["UPSTREAM_OVERRIDES", "3"],
    ["UPSTREAM_OVERRIDES", '"text"'],
    ["PUBLIC_IMAGE_BASE_URL", "pics.example.com"],
    ["SECRET_KEY", undefined],
    ["SECRET_KEY", ""],
    ["SECRET_KEY", "short"],
    ["SECRET_KEY", `${SECRET_KEY}A`],
    ["SECRET_KEY", SECRET_KEY.replace("A", "!")],
  ] as const)("the setting %s, given as %j, is an error that names the setting", (name, value) => {
    const bad = { SECRET_KEY, [name]: value };
    expect(() => both(bad)).toThrow(AppError);
    expect(() => both(bad)).toThrow(name);
  });

  it("one error names every invalid setting", () => {
    const bad = { SESSION_CONCURRENCY: "0", TASK_TIMEOUT_MINUTES: "0" };
    expect(() => consumerConfig(bad)).toThrow(/SECRET_KEY.*SESSION_CONCURRENCY.*TASK_TIMEOUT_MINUTES/);
  });

  it("the error about a wrong SECRET_KEY does not repeat it", () => {
    expect(() => apiConfig({ SECRET_KEY: "my-secret-that-is-too-short" })).not.toThrow("my-secret");
  });

  it("SECRET_KEY may have base64 padding", () => {
    expect(apiConfig({ SECRET_KEY: `${SECRET_KEY}=` }).SECRET_KEY).toBe(`${SECRET_KEY}=`);
  });
});
