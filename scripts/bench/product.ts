/** A local run of one build, with a state of its own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Running, stop } from "#scripts/bootstrap/processes.mjs";
import { anyFree } from "#scripts/start/any-port.ts";
import { isInnerPortTaken } from "#scripts/wrangler/inner-port.ts";
import { pipeOf } from "#scripts/wrangler/pipe.ts";
import { startWrangler } from "#scripts/wrangler/run.ts";
import { writeCountedConfigs } from "./counted-config.ts";
import { maxStartMs, maxStarts, pingEveryMs, shownLines } from "./limits.ts";
import { type TreeUsage, usageOf } from "./process-tree.ts";
import { removeAtExit } from "./remove-at-exit.ts";

export type Product = {
  url: string;
  /** Numbers of operations by name, one entry a Worker. */
  counts(): Promise<Record<string, number>[]>;
  /** Of wrangler and the Workers; null where it cannot be read. */
  usage(): TreeUsage | null;
  stop(): Promise<void>;
};

/**
 * Starts wrangler and waits for the API. When wrangler ends because one of its inner ports was taken, it is started
 * again.
 *
 * @param build folder of the project that is measured
 * @param origin where the simulated Dreamina answers
 */
export async function startProduct(build: string, origin: string): Promise<Product> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  const entries = path.join(build, ".wrangler", path.basename(folder));
  const configs = writeCountedConfigs({ build, entries, directory: path.join(folder, "run"), origin });
  const removeFiles = removeAtExit(folder, entries);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { url, running, lines, isUp } = await startOnce(configs, folder);
      if (isUp) {
        const end = () => stop(running).then(removeFiles);
        return { url, counts: () => countsOf(url), usage: () => usageOf(running.child.pid ?? 0), stop: end };
      }
      await stop(running);
      if (attempt < maxStarts && lines.some(isInnerPortTaken)) continue;
      throw new Error(`The product in ${build} did not start:\n${lines.slice(-shownLines).join("\n")}`);
    }
  } catch (error) {
    removeFiles();
    throw error;
  }
}

async function startOnce(configs: string[], folder: string) {
  const port = await anyFree();
  const url = `http://127.0.0.1:${port}`;
  const running = startWrangler(
    [
      "dev",
      ...configs.flatMap((config) => ["-c", config]),
      ...["--port", port, "--inspector-port", await anyFree(), "--persist-to", path.join(folder, "state"), "--local"],
      ...["--show-interactive-dev-session=false", "--log-level", "warn"],
    ].map(String),
    { env: { WRANGLER_REGISTRY_PATH: path.join(folder, "registry") } },
  );
  const lines = linesOf(running);
  const isUp = await Promise.race([answers(url), running.exited.then(() => false)]);
  return { url, running, lines, isUp };
}

/** The last lines of both streams. */
function linesOf({ child }: Running): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: pipeOf(stream) }).on("line", (line) => {
      lines.push(line);
      if (lines.length > shownLines) lines.shift();
    });
  }
  return lines;
}

async function answers(url: string): Promise<boolean> {
  for (const giveUpAt = Date.now() + maxStartMs; Date.now() < giveUpAt; await sleep(pingEveryMs)) {
    const isUp = await fetch(`${url}/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return true;
  }
  return false;
}

async function countsOf(url: string): Promise<Record<string, number>[]> {
  const answer = await fetch(`${url}/_bench/counts`);
  if (!answer.ok) throw new Error(`The counts cannot be read: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, number>[];
}
