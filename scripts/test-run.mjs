// The steps of `npm test`, one after the other, each with its time; the output of a failing one, and the sum at the end.
// Needs the project's Node and the installed dependencies.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bindingTypes } from "./binding-types.mjs";
import { buildIfStale } from "./page.mjs";
import { collect, start } from "./processes.mjs";
import { countTests } from "./test-counts.mjs";
import { QUIET } from "./wrangler.mjs";

export async function testRun(root, vitestArgs) {
  const results = [
    await step("binding types are current", checkBindingTypes),
    await step("the page is built", () => buildIfStale(root)),
  ];
  for (const program of programs(root)) {
    results.push(await step(`types of ${program}`, () => tool(root, "typescript", "tsc", ["-p", program])));
  }
  results.push(
    await step("format and lint", () => tool(root, "@biomejs/biome", "biome", ["check", "--error-on-warnings"])),
  );
  console.log("\n  tests");
  results.push(await step("tests", () => vitest(root, vitestArgs)));

  const failedSteps = results.filter(({ failed }) => failed > 0).map(({ title }) => title);
  if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join("; ")}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 ? 0 : 1;
}

/** Runs one step and says how it went. A step that does not count its own tests counts as one. */
async function step(title, run) {
  const startedAt = performance.now();
  const { code, output = "", counts } = await run();
  const { passed, failed } = counts ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${failed === 0 ? "✓" : "✗"} ${title} (${seconds} s)`);
  if (failed > 0 && output.trim() !== "") console.log(`\n${output.trim()}\n`);
  return { title, passed, failed };
}

async function checkBindingTypes() {
  const result = await bindingTypes({ check: true });
  return { ...result, output: `${result.output.trim()}\nnpm run types writes them anew.` };
}

function programs(root) {
  const { references } = JSON.parse(readFileSync(path.join(root, "tsconfig.json"), "utf8"));
  return references.map(({ path: folder }) => path.normalize(folder));
}

function tool(root, packageName, name, args) {
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
  return collect(
    start(process.execPath, [program(root, packageName, name), ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

async function vitest(root, args) {
  const folder = mkdtempSync(path.join(tmpdir(), "npm-test-"));
  const report = path.join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { exited } = start(process.execPath, [program(root, "vitest", "vitest"), "run", ...reporters, ...args], {
      cwd: root,
      env: { ...process.env, ...QUIET, WRANGLER_REGISTRY_PATH: path.join(folder, "registry") },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const { code } = await exited;
    return { code, counts: countTests(readReport(report), code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // Vitest ended before it could write one
  }
}

/** The script behind a package's command, to be run by this Node without a shell. */
function program(root, packageName, name) {
  const folder = path.join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, typeof bin === "string" ? bin : bin[name]);
}
