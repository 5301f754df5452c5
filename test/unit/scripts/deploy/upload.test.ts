import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tagOf } from "#scripts/deploy/upload.ts";

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
