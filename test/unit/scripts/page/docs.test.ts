import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildDocs } from "#scripts/page/docs.ts";

const root = path.join(import.meta.dirname, "../../../..");
let place: string;
let files: string[];

beforeAll(async () => {
  place = mkdtempSync(path.join(tmpdir(), "docs of a test-"));
  await buildDocs(root, place);
  files = readdirSync(path.join(place, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const text = (file = "") => readFileSync(file, "utf8");

it("every file that the docs page names is built", () => {
  const named = [text(path.join(root, "workers/api/docs/page.ts")), text(path.join(place, "docs/page.js"))]
    .concat(text(path.join(place, "docs/reference.js")))
    .flatMap((source) => [...source.matchAll(/"(\/docs\/[\w./-]+)"/g)].map(([, address = ""]) => address));

  expect(new Set(named)).toEqual(
    new Set(
      ["icon.svg", "page.css", "settings.js", "page.js", "reference.js", "scalar/standalone.esm.js"].map(
        (file) => `/docs/${file}`,
      ),
    ),
  );
  for (const address of named) expect(existsSync(path.join(place, address)), address).toBe(true);
});

it("every chunk that the reference's modules import is built", () => {
  const imported = files
    .filter((file: string) => file.includes(`${path.sep}scalar${path.sep}`) && file.endsWith(".js"))
    .flatMap((file: string) =>
      [...text(file).matchAll(/(?:from|import)\s*\(?\s*["'`](\.{1,2}\/[\w./-]+\.js)["'`]/g)].map(([, target = ""]) =>
        path.join(path.dirname(file), target),
      ),
    );

  expect(imported.length).toBeGreaterThan(20);
  for (const file of imported) expect(existsSync(file), file).toBe(true);
});

it("no HTML file is built, because the Worker itself serves the page", () => {
  expect(readdirSync(place)).toEqual(["docs"]);
  expect(files.filter((file: string) => file.endsWith(".html"))).toEqual([]);
});

it("no built file names a source map file", () => {
  for (const file of files) expect(text(file), file).not.toMatch(/sourceMappingURL=(?!data:)\S+\.map\s*$/);
});
