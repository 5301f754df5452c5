/** The flags of `npm run bench`. */
import { type Env, parseFlags, UsageError } from "#scripts/bootstrap/flags.mjs";
import { defaultRepeats, maxRepeats } from "./limits.ts";
import { type Workload, workloads } from "./workloads.ts";

const names = workloads.map(({ name }) => name).join(", ");

const usage = `Usage: npm run bench [-- flags]

  --workload NAME     one of ${names};
                      may be given several times (default: all)
  --repeats N         runs of each workload, 1 to ${maxRepeats} (default ${defaultRepeats})
  --against REVISION  also measures this git revision, in turn with the present sources, and prints ratios
  --json FILE         also writes the figures of every run to this file
  --help              show this`;

const options = {
  workload: { type: "string", multiple: true },
  repeats: { type: "string" },
  against: { type: "string" },
  json: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

export type BenchFlags = {
  help: boolean;
  workloads: Workload[];
  repeats: number;
  /** A git revision. */
  against: string | undefined;
  json: string | undefined;
};

function read(args: string[], env: Env = {}): BenchFlags {
  const values = parseFlags(args, env, { npmCommand: "npm run bench", options });
  return {
    help: values.help ?? false,
    workloads: values.workload?.map(workloadNamed) ?? [...workloads],
    repeats: values.repeats === undefined ? defaultRepeats : readRepeats(values.repeats),
    against: values.against,
    json: values.json,
  };
}

function workloadNamed(name: string): Workload {
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new UsageError(`--workload must be one of ${names}, not "${name}".`);
  return workload;
}

function readRepeats(text: string): number {
  const repeats = Number(text);
  if (/^\d+$/.test(text) && repeats >= 1 && repeats <= maxRepeats) return repeats;
  throw new UsageError(`--repeats must be a number from 1 to ${maxRepeats}, not "${text}".`);
}

/** `read` throws UsageError. */
export const benchFlags = { usage, read };
