import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleKey } from "#scripts/wrangler/bundle.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "bundle-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

describe("the key of a remembered bundle", () => {
  const config = { name: "dreamina-api", main: "workers/api/index.ts", vars: { A: "1" } };
  it("another setting or namespace id gives the same key", () => {
    const other = { ...config, vars: { A: "2" }, kv_namespaces: [{ binding: "TASKS", id: "1" }] };
    expect(bundleKey(root, other)).toBe(bundleKey(root, config));
  });

  it.each([
    ["source of a Worker", () => put("workers/api/index.ts", "changed")],
    ["shared source", () => put("shared/log.ts", "changed")],
    ["lock file", () => put("package-lock.json", "{}")],
    ["compatibility date", () => ({ ...config, compatibility_date: "2026-10-20" })],
  ])("another %s gives another key", (_case, change) => {
    const before = bundleKey(root, config);
    expect(bundleKey(root, change() ?? config)).not.toBe(before);
  });

  it("a file of the page gives the same key: the page is no part of a bundle", () => {
    const before = bundleKey(root, config);
    put("workers/web/dist/index.html", "changed");
    expect(bundleKey(root, config)).toBe(before);
  });

  it("a wrangler file with a build command of its own has no key: its bundle is made every time", () => {
    expect(bundleKey(root, { ...config, build: { command: "make" } })).toBeNull();
  });
});
