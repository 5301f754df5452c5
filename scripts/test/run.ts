/**
 * The steps of `npm test` and `npm run check`, each with its time; the output of a failing one, and the sum at the end.
 * Needs the project's Node and the installed dependencies.
 */
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";
import { buildIfStale } from "#scripts/page/page.ts";
import { bindingTypes } from "#scripts/wrangler/binding-types.ts";
import { QUIET } from "#scripts/wrangler/run.ts";
import { countTests, type TestCounts, type VitestReport } from "./counts.ts";
import { failureLines } from "./failures.ts";
import { type FileTime, fileTimes, overBudget } from "./times.ts";

const SLOWEST_SHOWN = 10;

/** All that must pass. */
export const everything = (root: string): Promise<number> => testRun(root, { withChecks: true, vitestArgs: [] });

/** The checks of a change during work: without the fault matrix and the whole product. */
export const check = (root: string): Promise<number> =>
  testRun(root, {
    withChecks: true,
    vitestArgs: ["--project=unit", "--project=page", "--project=workers", "--exclude=test/workers/faults/**"],
  });

/** Tests only, chosen by arguments of Vitest. */
export const chosenTests = (root: string, vitestArgs: string[]): Promise<number> =>
  testRun(root, { withChecks: false, vitestArgs });

type Choice = { withChecks: boolean; vitestArgs: string[] };

async function testRun(root: string, { withChecks, vitestArgs }: Choice): Promise<number> {
  const page = await step("the page is built", () => buildIfStale(root));
  // Vitest takes a while to begin, on one processor.
  const checked = Promise.all(withChecks ? checks(root) : []);
  const tests = await step("tests", () => vitest(root, vitestArgs));
  const results = [page, ...(await checked), tests];
  if (!withChecks) console.log("Only tests were run. npm run check also checks types, format and lint.");

  showSlowest(tests.times);
  const slow = await tooSlow(root, tests.times);
  for (const line of [...tests.failures, ...slow]) console.log(`\n✗ ${line}`);
  const failedSteps = results.filter(({ failed }) => failed > 0).map(({ title }) => title);
  if (slow.length > 0) failedSteps.push("test files rerun alone");
  if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join("; ")}`);
  const sum = (key: "passed" | "failed") => results.reduce((total, result) => total + result[key], 0);
  const failed = sum("failed") + slow.length;
  console.log(`\n${sum("passed")} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * Files above their budget are run once more, alone: what other files took from them meanwhile does not count.
 *
 * @returns a line for each that is above it again, and for each test that fails then
 */
async function tooSlow(root: string, times: FileTime[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { file } of overBudget(times)) {
    const alone = await step(`${file}, above its budget beside the others, alone`, () => vitest(root, [file], "pipe"));
    lines.push(...alone.failures, ...overBudget(alone.times).map(({ sentence }) => sentence));
  }
  return lines;
}

/** The checks that run no test. */
const checks = (root: string) => [
  step("binding types are current", checkBindingTypes),
  step("types", () => tool(root, "typescript", "tsc", ["-b", "--noEmit"])),
  step("format and lint", () => tool(root, "@biomejs/biome", "biome", ["check", "--error-on-warnings"])),
];

/** Runs one step and says how it went. A step that does not count its own tests counts as one. */
type StepResult = {
  code: number | null;
  output?: string;
  counts?: TestCounts;
  times?: FileTime[];
  failures?: string[];
};

async function step(title: string, run: () => Promise<StepResult>) {
  const startedAt = performance.now();
  const { code, output = "", counts, times = [], failures = [] } = await run();
  const { passed, failed } = counts ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${failed === 0 ? "✓" : "✗"} ${title} (${seconds} s)`);
  if (failed > 0 && output.trim() !== "") console.log(`\n${output.trim()}\n`);
  return { title, passed, failed, times, failures };
}

async function checkBindingTypes() {
  const result = await bindingTypes({ check: true });
  return { ...result, output: `${result.output.trim()}\nnpm run types writes them again.` };
}

function tool(root: string, packageName: string, name: string, args: string[]) {
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
  return collect(
    start(process.execPath, [program(root, packageName, name), ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

async function vitest(root: string, args: string[], output: "inherit" | "pipe" = "inherit"): Promise<StepResult> {
  const folder = mkdtempSync(path.join(storageFolder(), "npm-test-"));
  const report = path.join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const running = start(process.execPath, [program(root, "vitest", "vitest"), "run", ...reporters, ...args], {
      cwd: root,
      env: { ...process.env, ...QUIET, WRANGLER_REGISTRY_PATH: path.join(folder, "registry"), TMPDIR: folder },
      stdio: ["ignore", output, output],
    });
    const result = await collect(running);
    const told = readReport(report);
    const relative = (file: string) => path.relative(root, file).split(path.sep).join("/");
    return {
      ...result,
      counts: countTests(told, result.code),
      times: fileTimes(told, relative),
      failures: failureLines(told, result.code, relative),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MEMORY_FOLDER = "/dev/shm";
const MEMORY_NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Where tests store things: in memory where it is large enough, because the engine waits for the disk at every write.
 */
function storageFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    if (bavail * bsize >= MEMORY_NEEDED_BYTES) return MEMORY_FOLDER;
  } catch {
    // No such folder: not Linux, or a container without it.
  }
  return tmpdir();
}

function showSlowest(times: FileTime[]): void {
  if (times.length <= 1) return;
  console.log("\n  slowest files");
  for (const { file, seconds } of times.slice(0, SLOWEST_SHOWN))
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`);
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // Vitest ended before it could write one
  }
}

/** The script behind a package's command, to be run by this Node without a shell. */
function program(root: string, packageName: string, name: string): string {
  const folder = path.join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, typeof bin === "string" ? bin : bin[name]);
}
