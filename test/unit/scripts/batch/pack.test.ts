import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../../../..");

describe("the package", () => {
  let folder: string;
  let program: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "package-"));
    const script = `const { packBatch } = await import("#scripts/batch/pack/pack.ts"); console.log(await packBatch(process.cwd(), process.argv[1])); process.exit(0);`;
    execFileSync(process.execPath, ["--input-type=module", "-e", script, path.join(folder, "dist")], { cwd: root });
    const tarball = readdirSync(path.join(folder, "dist")).find((name) => name.endsWith(".tgz")) ?? "";
    const install = ["install", "--offline", "--no-audit", "--no-fund", path.join(folder, "dist", tarball)];
    writeFileSync(path.join(folder, "package.json"), "{}");
    execFileSync("npm", install, { cwd: folder, shell: process.platform === "win32" });
    program = path.join(folder, "node_modules/dreamina-batch/dreamina-batch.mjs");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (args: string[], env = {}) =>
    spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, DREAMINA_SESSION: "", ...env },
    });

  it("is one program without dependencies, with a command in node_modules/.bin", () => {
    expect(existsSync(path.join(folder, "node_modules/.bin/dreamina-batch"))).toBe(true);
    expect(readdirSync(path.join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "dreamina-batch",
    ]);
    const imported = [...readFileSync(program, "utf8").matchAll(/^import .* from "([^"]+)"/gm)].map(([, name]) => name);
    expect(imported.filter((name) => !name?.startsWith("node:"))).toEqual([]);
  });

  it("carries the licenses of the packages that are bundled in it", () => {
    const licenses = readFileSync(path.join(path.dirname(program), "LICENSES.txt"), "utf8");
    expect(licenses.match(/^(csv-parse|p-limit|yocto-queue)$/gm)).toEqual(["csv-parse", "p-limit", "yocto-queue"]);
    expect(licenses).toContain("Permission is hereby granted");
  });

  it("its README names the packed file and has no link into the project", () => {
    const readme = readFileSync(path.join(path.dirname(program), "README.md"), "utf8");
    const { name, version } = JSON.parse(readFileSync(path.join(path.dirname(program), "package.json"), "utf8"));
    expect(readme).toContain(`npm install -g ./${name}-${version}.tgz`);
    expect(readme).not.toMatch(/\]\((?!https?:)|npx /);
  });

  it("--help shows its own usage", () => {
    const { status, stdout } = run(["--help"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Usage: dreamina-batch FILE/)]);
  });

  it("--dry-run reads a file of the folder it is started in", () => {
    writeFileSync(path.join(folder, "p.csv"), "prompt\na {red|blue} car\n");
    const { status, stdout } = run(["p.csv", "--dry-run", "--url", "http://127.0.0.1:9"], { DREAMINA_SESSION: "us-a" });
    expect([status, stdout]).toEqual([0, expect.stringContaining("2 requests, at least 2 images, in one batch")]);
  });

  it("wrong flags end it with the exit code 2", () => {
    const { status, stderr } = run(["p.csv", "--local"]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^--local needs a clone/)]);
  });
});
