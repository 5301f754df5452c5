import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleKey, tagOf } from "#scripts/deploy/upload.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "deploy-upload-"));
  mkdirSync(path.join(root, "dist"));
  writeFileSync(path.join(root, "dist/index.html"), "page");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const aWorker = { config: { name: "dreamina-api", vars: { A: "1" }, assets: { directory: "./dist" } }, code: "c0de" };

describe("the tag of a version", () => {
  it("the tag of a version is the same for the same Worker, in whatever folder the project lies", () => {
    const elsewhere = path.join(root, "elsewhere");
    mkdirSync(path.join(elsewhere, "dist"), { recursive: true });
    writeFileSync(path.join(elsewhere, "dist/index.html"), "page");
    expect(tagOf(elsewhere, structuredClone(aWorker))).toBe(tagOf(root, aWorker));
    expect(tagOf(root, aWorker)).toMatch(/^deploy-[0-9a-f]{16}$/);
  });

  it.each([
    ["code", () => ({ ...aWorker, code: "0ther" })],
    ["setting", () => ({ ...aWorker, config: { ...aWorker.config, vars: { A: "2" } } })],
    ["page", () => writeFileSync(path.join(root, "dist/index.html"), "another page")],
    ["further file of the page", () => writeFileSync(path.join(root, "dist/more.js"), "")],
  ])("the tag of a version changes with another %s", (_case, change) => {
    const before = tagOf(root, aWorker);
    expect(tagOf(root, change() ?? aWorker)).not.toBe(before);
  });
});

describe("the key of a remembered bundle", () => {
  const config = { name: "dreamina-api", main: "workers/api/index.ts", vars: { A: "1" } };
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };

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
