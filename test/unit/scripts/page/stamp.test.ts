import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCurrent, PAGE, pageFolder, remember, SHARED_SOURCES, sourcesOf } from "#scripts/page/stamp.ts";
import { importsOf } from "#test/support/architecture.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "project of a test-"));
  write("node_modules/some/package.json");
  write("package-lock.json", "{}");
  write("workers/web/main.tsx", "main");
  write("workers/api/docs/page.js", "docs");
  write("workers/web/dist/index.html", "built");
  remember(root, sourcesOf(root), pageFolder(root));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text = "") {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

describe("a built page", () => {
  it("a built page is current while nothing changes", () => {
    expect(isCurrent(root)).toBe(true);
  });

  it("a page without a stamp is not current", () => {
    rmSync(path.join(root, "node_modules/.page-built-from"));
    expect(isCurrent(root)).toBe(false);
  });

  it("a built page stays current when a source is saved unchanged or an unrelated file changes", () => {
    write("workers/web/main.tsx", "main");
    write("workers/api/index.ts", "the API");
    write("workers/web/tsconfig.tsbuildinfo", "who knows");
    expect(isCurrent(root)).toBe(true);
  });

  it.each([
    ["a source", "workers/web/main.tsx"],
    ["a new source", "workers/web/new/part.tsx"],
    ["a source of the API reference", "workers/api/docs/page.js"],
    ["a source that it shares with the Workers", "shared/session-text.ts"],
    ["the packages", "package-lock.json"],
    ["how it is built", "scripts/page/build.ts"],
    ["what was built", "workers/web/dist/index.html"],
    ["a file put among what was built", "workers/web/dist/assets/other.js"],
  ])("a built page is not current after a change of %s", (_what, file) => {
    write(file, "changed");
    expect(isCurrent(root)).toBe(false);
  });

  it("a page that was removed is not current", () => {
    rmSync(path.join(root, "workers/web/dist"), { recursive: true });
    expect(isCurrent(root)).toBe(false);
  });

  it("a page is not current when a source changed while it was being built", () => {
    const before = sourcesOf(root);
    write("workers/web/main.tsx", "changed");
    remember(root, before, pageFolder(root));
    expect(isCurrent(root)).toBe(false);
  });

  it("a page is not current while its folder holds the files of another build", () => {
    write("built/index.html", "built by us");
    remember(root, sourcesOf(root), path.join(root, "built"));
    expect(isCurrent(root)).toBe(false);
    write("workers/web/dist/index.html", "built by us");
    expect(isCurrent(root)).toBe(true);
  });
});

it("every file that the page shares with the Workers counts as one of its sources", () => {
  const project = path.join(import.meta.dirname, "../../../..");
  const pending = readdirSync(path.join(project, PAGE), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(PAGE, name.replaceAll("\\", "/")));
  const shared = new Set<string>();
  for (const file of pending) {
    const text = readFileSync(path.join(project, file), "utf8");
    for (const { target, isTypeOnly } of importsOf({ path: file, text })) {
      if (isTypeOnly || !target.startsWith("shared/") || shared.has(target)) continue;
      shared.add(target);
      pending.push(target);
    }
  }
  expect([...shared].toSorted()).toEqual(SHARED_SOURCES);
});
