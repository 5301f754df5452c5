import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprint } from "#scripts/page/fingerprint.ts";
import { filesIn, mirror } from "#scripts/page/folders.ts";

let place: string;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), "folders of a test-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** Makes a folder with these files. */
function folder(name: string, files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(place, name, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return path.join(place, name);
}

const longAgo = new Date("2020-01-01T00:00:00Z");
const age = (file: string) => utimesSync(file, longAgo, longAgo);
const isTouched = (file: string) => statSync(file).mtimeMs !== longAgo.getTime();

describe("the files of a folder", () => {
  it("the files of a folder and its subfolders are listed sorted, with forward slashes", () => {
    const here = folder("a", { "z.js": "", "b/c/d.js": "", "b/a.js": "" });
    expect(filesIn(here)).toEqual(["b/a.js", "b/c/d.js", "z.js"]);
  });

  it("a folder that does not exist has no files", () => {
    expect(filesIn(path.join(place, "missing"))).toEqual([]);
  });

  it("a file whose name, or whose folder's name, is skipped is not listed", () => {
    const here = folder("a", { "dist/x.js": "", "b/dist/y.js": "", "b/z.js": "" });
    expect(filesIn(here, (name) => name === "dist")).toEqual(["b/z.js"]);
  });
});

describe("a fingerprint", () => {
  const of = (name: string) => fingerprint(path.join(place, name), filesIn(path.join(place, name)));

  it("a fingerprint is the same for the same names and contents, whenever they were written", () => {
    folder("a", { "x.js": "1", "y.js": "2" });
    folder("b", { "y.js": "2", "x.js": "1" });
    age(path.join(place, "b/x.js"));
    expect(of("a")).toBe(of("b"));
  });

  it.each([
    ["another text", { "x.js": "1", "y.js": "3" }],
    ["another name", { "x.js": "1", "z.js": "2" }],
    ["one file more", { "x.js": "1", "y.js": "2", "z.js": "" }],
    ["one file less", { "x.js": "1" }],
    ["text that moved from one file to the next", { "x.js": "12", "y.js": "" }],
  ])("a fingerprint changes with %s", (_case, files) => {
    folder("a", { "x.js": "1", "y.js": "2" });
    folder("b", files);
    expect(of("b")).not.toBe(of("a"));
  });

  it("a fingerprint counts a listed file that does not exist", () => {
    expect(fingerprint(place, ["missing"])).not.toBe(fingerprint(place, []));
  });
});

describe("a folder made equal to another", () => {
  it("a mirrored folder has the files of the other, and nothing else", () => {
    const from = folder("new", { "index.html": "new", "assets/b.js": "b" });
    const to = folder("old", { "index.html": "old", "assets/a.js": "a" });
    expect(mirror(from, to)).toEqual({ written: 2, removed: 1 });
    expect(filesIn(to)).toEqual(["assets/b.js", "index.html"]);
    expect(readFileSync(path.join(to, "index.html"), "utf8")).toBe("new");
  });

  it("a mirrored folder is created when it does not exist", () => {
    expect(mirror(folder("new", { "a/b.js": "b" }), path.join(place, "fresh"))).toEqual({ written: 1, removed: 0 });
    expect(filesIn(path.join(place, "fresh"))).toEqual(["a/b.js"]);
  });

  it("a mirrored folder keeps equal files untouched", () => {
    const from = folder("new", { "same.js": "same", "other.js": "new" });
    const to = folder("old", { "same.js": "same", "other.js": "old" });
    for (const file of ["same.js", "other.js"]) age(path.join(to, file));
    expect(mirror(from, to)).toEqual({ written: 1, removed: 0 });
    expect(isTouched(path.join(to, "same.js"))).toBe(false);
    expect(isTouched(path.join(to, "other.js"))).toBe(true);
  });
});
