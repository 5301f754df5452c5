import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeCountedConfigs } from "#scripts/bench/counted-config.ts";

const build = mkdtempSync(path.join(tmpdir(), "counted-config-"));
afterAll(() => rmSync(build, { recursive: true, force: true }));

it("each Worker of a build runs behind a module that exports everything of it, without page and limit of submits", () => {
  mkdirSync(path.join(build, "run"));
  for (const worker of ["api", "consumer"]) {
    const lines = [`name = "${worker}"`, `main = "workers/${worker}.ts"`, 'compatibility_flags = ["one"]'];
    const left = ["[assets]", 'directory = "page"', "[[ratelimits]]", 'name = "SUBMIT_LIMIT"'];
    writeFileSync(path.join(build, `wrangler.${worker}.toml`), [...lines, ...left].join("\n"));
  }
  const entries = path.join(build, "entries");
  const directory = path.join(build, "run");
  const files = writeCountedConfigs({ build, entries, directory, origin: "http://127.0.0.1:9000" });

  expect(files.map((file) => JSON.parse(readFileSync(file, "utf8")))).toEqual(
    ["api", "consumer"].map((worker) => ({
      name: worker,
      main: path.join(entries, `${worker}.ts`),
      compatibility_flags: ["one", "nodejs_als"],
    })),
  );
  const entry = readFileSync(path.join(entries, "consumer.ts"), "utf8");
  expect(entry).toContain(`export * from ${JSON.stringify(path.join(build, "workers/consumer.ts"))};`);
  expect(readFileSync(path.join(directory, ".dev.vars"), "utf8")).toMatch(/^SECRET_KEY=\S{43}\n/);
});
