import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretsFor } from "#scripts/deploy/key.ts";
import { type Memory, openMemory, recallLast } from "#scripts/deploy/memory.ts";
import { reasonIn } from "#scripts/wrangler/commands.ts";

let folder: string;
let memory: Memory;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "deploy-memory-"));
  memory = openMemory(folder, { accountId: "a", name: "dreamina" });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const shape = /^[A-Za-z0-9_-]{43}$/;
const both = ["consumer", "api"];

describe("the memory", () => {
  it("choices are remembered for each deployment, and which deployment was the last", () => {
    memory.keepChoices({ plan: "paid", imagesDomain: null });
    expect(memory.choices()).toEqual({ plan: "paid", imagesDomain: null });
    expect(openMemory(folder, { accountId: "a", name: "staging" }).choices()).toEqual({});
    expect(recallLast(folder)).toEqual({ accountId: "a", name: "dreamina" });
  });

  it("nothing is remembered when the files were lost or cut short", () => {
    expect([memory.choices(), memory.key(), recallLast(folder)]).toEqual([{}, undefined, {}]);
    memory.keepChoices({ plan: "paid" });
    writeFileSync(path.join(memory.folder, "choices.json"), '{"plan":');
    expect(memory.choices()).toEqual({});
  });

  it("a forgotten deployment loses its key, and another deployment stays the last", () => {
    openMemory(folder, { accountId: "a", name: "staging" }).keepChoices({});
    memory.keepKey("k");
    memory.forget();
    expect(memory.key()).toBeUndefined();
    expect(recallLast(folder)).toEqual({ accountId: "a", name: "staging" });
  });
});

describe("the key to be set", () => {
  it("a new key is stored before it is used, readable by its owner only", () => {
    const { SECRET_KEY: key } = secretsFor({ source: "new", on: both, given: undefined }, memory);
    expect(key).toMatch(shape);
    expect(memory.key()).toBe(key);
    expect(statSync(memory.keyFile).mode & 0o777).toBe(0o600);
    expect(secretsFor({ source: "copy", on: ["api"], given: undefined }, memory)).toEqual({ SECRET_KEY: key });
  });

  it("no key is made or stored where none has to be set", () => {
    expect(secretsFor({ source: "there", on: [], given: undefined }, memory)).toEqual({});
    expect(memory.key()).toBeUndefined();
  });

  it("a given key of the wrong shape is refused without being repeated", () => {
    const given = () => secretsFor({ source: "given", on: ["api"], given: "my secret" }, memory);
    expect(given).toThrow("in the environment is not 32 random bytes");
    expect(given).not.toThrow("my secret");
    expect(memory.key()).toBeUndefined();
  });

  it("a renewed key stays the same until both Workers have it, and comes with the previous one", () => {
    const { SECRET_KEY: old } = secretsFor({ source: "new", on: both, given: undefined }, memory);
    const renewed = secretsFor({ source: "renewed", on: both, given: undefined }, memory);
    expect(renewed).toEqual({ SECRET_KEY: expect.stringMatching(shape), PREVIOUS_SECRET_KEY: old });
    expect(secretsFor({ source: "renewed", on: both, given: undefined }, memory)).toEqual(renewed);
    memory.settleKey();
    expect([memory.key(), memory.nextKey()]).toEqual([renewed.SECRET_KEY, undefined]);
  });
});

it("only the reason is repeated from the output of a failed wrangler command", () => {
  const output = `
Total Upload: 12 KiB
✘ [ERROR] A request to the Cloudflare API (/accounts/a/queues) failed.

  Queue name is already taken [code: 11009]

  If you think this is a bug, please open an issue at:
  https://github.com/cloudflare/workers-sdk/issues/new/choose
`;
  const reason =
    "A request to the Cloudflare API (/accounts/a/queues) failed. Queue name is already taken [code: 11009]";
  expect(reasonIn(output)).toBe(reason);
  expect(reasonIn("Killed\n\n")).toBe("Killed");
  expect(reasonIn("")).toBe("no reason given");
});
