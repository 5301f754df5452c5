/** From latencies and log lines to the figures of `npm run bench`, and their table. Pure. */
type Measured = {
  tasks: number;
  sessions: number;
  /** Milliseconds of each submit, and of each poll. */
  submits: number[];
  polls: number[];
  makespanMs: number;
  /** The log of `npm start`. */
  lines: string[];
};

type Quantiles = { p50: number; p95: number };

export type BenchFigures = {
  tasks: number;
  sessions: number;
  submitMs: Quantiles;
  pollMs: Quantiles;
  makespanSeconds: number;
  perTask: Record<"wakeUps" | "submits" | "looks" | "copies", number>;
};

export function benchFigures({ tasks, sessions, submits, polls, makespanMs, lines }: Measured): BenchFigures {
  const events = lines.flatMap(eventOf);
  const orders = events.filter(({ event }) => event === "order_done");
  const perTask = (count: number) => Number((count / tasks).toFixed(2));
  const ordersOf = (kind: string) => perTask(orders.filter(({ order }) => order === kind).length);
  // A poll covers all of a session's tasks of a batch: one call, one line a task.
  const delivered = lines.reduce((sum, line) => sum + Number(/QUEUE \S+ (\d+)\/\d+/.exec(line)?.[1] ?? 0), 0);
  return {
    tasks,
    sessions,
    submitMs: { p50: quantile(submits, 0.5), p95: quantile(submits, 0.95) },
    pollMs: { p50: quantile(polls, 0.5), p95: quantile(polls, 0.95) },
    makespanSeconds: Number((makespanMs / 1000).toFixed(1)),
    perTask: {
      wakeUps: perTask(delivered),
      submits: ordersOf("submit"),
      looks: ordersOf("poll"),
      copies: ordersOf("store"),
    },
  };
}

type LogEvent = { event?: string; order?: string };

/** A log line of the Workers among wrangler's: `[worker] {…}`. */
function eventOf(line: string): LogEvent[] {
  const [json] = /\{"level":.*\}/.exec(line) ?? [];
  if (json === undefined) return [];
  try {
    return [JSON.parse(json)];
  } catch {
    return [];
  }
}

/** Milliseconds, to a tenth. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Number(value.toFixed(1));
}

export function markdownOf({ tasks, sessions, submitMs, pollMs, makespanSeconds, perTask }: BenchFigures): string {
  const rows = [
    ["submit, p50 / p95", `${submitMs.p50} / ${submitMs.p95} ms`],
    ["poll, p50 / p95", `${pollMs.p50} / ${pollMs.p95} ms`],
    [`all ${tasks} tasks on ${sessions} sessions done after`, `${makespanSeconds} s`],
    ["wake-ups a task", perTask.wakeUps],
    ["submits a task", perTask.submits],
    ["looks a task", perTask.looks],
    ["rounds of copying a task", perTask.copies],
  ];
  return ["| | |", "| --- | --- |", ...rows.map(([what, figure]) => `| ${what} | ${figure} |`)].join("\n");
}
