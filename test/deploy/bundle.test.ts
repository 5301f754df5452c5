/** Bundles of Workers, made by the real wrangler. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleOf } from "#scripts/wrangler/bundle.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "bundle-"));
  mkdirSync(path.join(root, "workers"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (file: string, text: string) => writeFileSync(path.join(root, file), text);

it("a bundle is made once of the same sources, again of others, and not of a source that cannot be built", async () => {
  const config = { name: "greeter", main: path.join(root, "workers/index.ts"), compatibility_date: "2026-10-20" };
  put("wrangler.json", JSON.stringify(config));
  const made = () => bundleOf(root, { file: path.join(root, "wrangler.json"), config });

  put("workers/index.ts", `export default { fetch: () => new Response("good morning" as string) };`);
  const first = await made();
  expect(readFileSync(first, "utf8")).toContain("good morning");
  writeFileSync(first, "made before");
  expect(await made()).toBe(first);
  expect(readFileSync(first, "utf8")).toBe("made before");

  put("workers/index.ts", `import "./missing.ts";`);
  await expect(made()).rejects.toThrow("missing.ts");
});
