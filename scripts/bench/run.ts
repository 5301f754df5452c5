/**
 * `npm run bench`: latency and cost of a task, measured on local runs of the product with the simulated Dreamina, each
 * with a fresh state. Another build is measured in turn with this one, so that both see the same machine.
 */
import { writeFileSync } from "node:fs";
import { stopAll } from "#scripts/bootstrap/processes.mjs";
import { drive } from "./drive.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { BenchFlags } from "./flags.ts";
import { checkOut, type OlderBuild } from "./older-build.ts";
import { startProduct } from "./product.ts";
import { summaryOf, tableOf } from "./table.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import type { Workload } from "./workloads.ts";

/** The figures of each run. `before`: of the other build; empty without one. */
type Result = { workload: string; now: Figures[]; before: Figures[] };

export async function bench(root: string, flags: BenchFlags): Promise<number> {
  const older = flags.against === undefined ? null : checkOut(root, flags.against);
  try {
    const upstream = await startUpstream(root);
    const results: Result[] = [];
    for (const workload of flags.workloads) {
      const result = await measureInTurn(root, older, { upstream, workload, repeats: flags.repeats });
      results.push(result);
      console.log(`\n## ${workload.name}: ${workload.title}\n\n${tableOfResult(result)}`);
      if (flags.json !== undefined) writeFileSync(flags.json, jsonOf(flags, results));
    }
    return 0;
  } finally {
    await stopAll();
    older?.remove();
  }
}

type Plan = { upstream: Upstream; workload: Workload; repeats: number };

async function measureInTurn(
  root: string,
  older: OlderBuild | null,
  { upstream, workload, repeats }: Plan,
): Promise<Result> {
  const result: Result = { workload: workload.name, now: [], before: [] };
  const measure = async (build: string, run: number): Promise<Figures> => {
    const product = await startProduct(build, upstream.origin);
    try {
      return figuresOf(workload, await drive(product, upstream, workload, run));
    } catch (error) {
      throw new Error(`Run ${run} of ${workload.name} in ${build} failed: ${reasonOf(error)}`, { cause: error });
    } finally {
      await product.stop();
    }
  };
  for (let run = 1; run <= repeats; run += 1) {
    console.error(`${workload.name}, run ${run} of ${repeats}`);
    if (older !== null) result.before.push(await measure(older.folder, run));
    result.now.push(await measure(root, run));
  }
  return result;
}

/** `fetch failed` says why in its cause only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}

const tableOfResult = ({ now, before }: Result) =>
  tableOf(summaryOf(now), before.length === 0 ? undefined : summaryOf(before));

function jsonOf({ repeats, against }: BenchFlags, results: Result[]): string {
  const summaries = results.map(({ workload, now, before }) => ({
    workload,
    now: { summary: summaryOf(now), runs: now },
    ...(before.length > 0 && { before: { summary: summaryOf(before), runs: before } }),
  }));
  return `${JSON.stringify({ repeats, against, workloads: summaries }, null, 2)}\n`;
}
