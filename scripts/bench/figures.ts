/** From the observations of one run to its figures. Pure. */
import { edgeShare } from "./limits.ts";
import type { Sample } from "./sample.ts";
import type { Workload } from "./workloads.ts";

/** By title. Null: not measured in this workload, or on this machine. */
export type Figures = Record<string, number | null>;

export function figuresOf(workload: Pick<Workload, "rounds" | "follow">, sample: Sample): Figures {
  const tasks = workload.rounds.reduce((sum, count) => sum + count, 0);
  return {
    ...waitFigures(sample),
    ...(workload.follow.startsWith("park") && edgeFigures(sample)),
    ...costFigures(sample, tasks),
    ...memoryFigures(workload.rounds, sample),
  };
}

function waitFigures({ lagsMs, makespanMs, submits, polls }: Sample): Figures {
  const lags = lagsMs.map(seconds);
  return {
    "done → visible, p50 (s)": quantile(lags, 0.5),
    "done → visible, p95 (s)": quantile(lags, 0.95),
    "all tasks (s)": seconds(makespanMs),
    "submit, p50 (ms)": quantile(submits, 0.5),
    "submit, p95 (ms)": quantile(submits, 0.95),
    "poll, p50 (ms)": quantile(polls, 0.5),
    "poll, p95 (ms)": quantile(polls, 0.95),
  };
}

/** Whether latency grows with the number of tasks that wait. */
function edgeFigures({ submits, polls }: Sample): Figures {
  return {
    "submit, first tenth, p50 (ms)": quantile(firstOf(submits), 0.5),
    "submit, last tenth, p50 (ms)": quantile(lastOf(submits), 0.5),
    "poll, first tenth, p50 (ms)": quantile(firstOf(polls), 0.5),
    "poll, last tenth, p50 (ms)": quantile(lastOf(polls), 0.5),
  };
}

const firstOf = (values: number[]) => values.slice(0, Math.ceil(values.length * edgeShare));
const lastOf = (values: number[]) => values.slice(-Math.ceil(values.length * edgeShare));

function costFigures({ calls, counts, cpuMs }: Sample, tasks: number): Figures {
  const { picture = 0, smallPicture = 0, ...others } = calls;
  const sum = (name: string) => counts.reduce((total, one) => total + (one[name] ?? 0), 0);
  const [writes, reads, retries] = [sum("queueWrites"), sum("queueReads"), sum("queueRetries")];
  // A message that is not retried is deleted.
  const deletes = reads - retries;
  return {
    "upstream calls a task": Object.values(others).reduce((total, count) => total + count, 0) / tasks,
    "image downloads a task": picture / tasks,
    "small downloads a task": smallPicture / tasks,
    "queue operations a task": (writes + reads + deletes) / tasks,
    "queue retries a task": retries / tasks,
    "Durable Object requests a task": sum("objectRequests") / tasks,
    "alarms set a task": sum("alarmsSet") / tasks,
    "alarms run a task": sum("alarmsRun") / tasks,
    "SQL rows read a task": sum("rowsRead") / tasks,
    "SQL rows written a task": sum("rowsWritten") / tasks,
    "KV reads a task": sum("kvReads") / tasks,
    "KV writes a task": sum("kvWrites") / tasks,
    "R2 class A operations a task": sum("r2ClassA") / tasks,
    "R2 class B operations a task": sum("r2ClassB") / tasks,
    "Worker invocations a task": (sum("requests") + sum("batches") + sum("entrypointCalls")) / tasks,
    "of these, calls of entrypoints": sum("entrypointCalls") / tasks,
    "most outgoing calls of an invocation": Math.max(...counts.map(({ maxFetches = 0 }) => maxFetches)),
    "CPU a task (ms)": cpuMs === null ? null : cpuMs / tasks,
  };
}

const bytesPerMebibyte = 2 ** 20;

/** After the first round, if there are several, and at the end. */
function memoryFigures(rounds: readonly number[], { residentBytes }: Sample): Figures {
  let tasks = 0;
  const all = rounds.map((count, round) => {
    tasks += count;
    const bytes = residentBytes[round] ?? null;
    return [`resident memory after ${tasks} tasks (MiB)`, bytes === null ? null : bytes / bytesPerMebibyte] as const;
  });
  return Object.fromEntries(all.filter((_, round) => round === 0 || round === rounds.length - 1));
}

const seconds = (ms: number) => ms / 1_000;

/** The smallest value that at least this share of all values does not exceed; null of nothing. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
