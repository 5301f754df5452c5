/**
 * What the service costs on Cloudflare, from counted operations: `node scripts/bootstrap/run.mjs costs` prints the
 * tables of docs/deploy.md. The counts are checked against the code by test/deploy/workers/operations.test.ts. No I/O.
 */
/** One task of four images that a caller waits for, as counted; rounded up. */
export const PER_TASK = {
  ticks: 2.2,
  kvWrites: 2,
  /** Each image, and its small version. */
  bucketReads: 8,
  bucketWrites: 8,
  coordinatorCalls: 8,
  /** With their indexes, those of the registry, and alarms set: these count as rows. */
  rowsWritten: 26,
};

/** Assumptions about a task, each on the high side. */
export const ASSUMED = {
  images: 4,
  /** A caller who asks every two to three seconds, for twenty. */
  polls: 8,
  /** Each image is looked at once, at the API's own /images. */
  views: 4,
  /** Seconds of a coordinator's life: no other task shares it, and a caller follows the events all the time. */
  coordinatorSeconds: 30,
  /** A 2k image. */
  imageMegabytes: 2,
};

/** A message is written, read and deleted; each counts. */
const OPERATIONS_PER_MESSAGE = 3;
const COORDINATOR_GIGABYTES = 0.128;
const MILLION = 1_000_000;
const DAYS_PER_MONTH = 30;

/** The charged operations of one task. */
export function usage(task = PER_TASK, assumed = ASSUMED): Usage {
  return {
    "queue operations": task.ticks * OPERATIONS_PER_MESSAGE,
    "KV writes": task.kvWrites,
    "R2 writes (class A)": task.bucketWrites,
    "R2 reads (class B)": task.bucketReads + assumed.views,
    "Worker requests": 1 + assumed.polls + assumed.views + task.ticks,
    "coordinator requests": task.coordinatorCalls + assumed.polls,
    "coordinator rows written": task.rowsWritten,
    "coordinator GB-s": assumed.coordinatorSeconds * COORDINATOR_GIGABYTES,
  };
}

type Price = keyof typeof PRICES;
type Usage = Record<Price, number>;

/**
 * What the free plan gives a day, and what a million costs on the paid plan beyond what it includes. Read in November
 * 2026 at https://developers.cloudflare.com: /queues/platform/pricing/, /kv/platform/pricing/, /r2/pricing/,
 * /workers/platform/pricing/, /durable-objects/platform/pricing/. R2 gives by the month, on both plans.
 */
export const PRICES = {
  "queue operations": { freePerDay: 10_000, perMillion: 0.4 },
  "KV writes": { freePerDay: 1_000, perMillion: 5 },
  "R2 writes (class A)": { freePerDay: MILLION / DAYS_PER_MONTH, perMillion: 4.5 },
  "R2 reads (class B)": { freePerDay: (10 * MILLION) / DAYS_PER_MONTH, perMillion: 0.36 },
  "Worker requests": { freePerDay: 100_000, perMillion: 0.3 },
  "coordinator requests": { freePerDay: 100_000, perMillion: 0.15 },
  "coordinator rows written": { freePerDay: 100_000, perMillion: 1 },
  "coordinator GB-s": { freePerDay: 13_000, perMillion: 12.5 },
};
const STORAGE_PER_GIGABYTE_MONTH = 0.015;
const FREE_GIGABYTES = 10;

/** What each limit allows a day, the narrowest first. */
export function freePlan(used = usage()): { what: Price; perTask: number; tasksPerDay: number }[] {
  return entries(used)
    .map(([what, perTask]) => ({ what, perTask, tasksPerDay: Math.floor(PRICES[what].freePerDay / perTask) }))
    .sort((one, other) => one.tasksPerDay - other.tasksPerDay);
}

/**
 * Dollars for a thousand tasks, beyond what the plan includes; storage by the month, for as long as images are kept.
 */
export function paidPlan(used = usage(), { images, imageMegabytes } = ASSUMED) {
  const parts = entries(used).map(([what, perTask]) => ({
    what,
    dollars: (perTask * 1_000 * PRICES[what].perMillion) / MILLION,
  }));
  return {
    parts: parts.sort((one, other) => other.dollars - one.dollars),
    total: parts.reduce((sum, { dollars }) => sum + dollars, 0),
    storagePerMonth: images * imageMegabytes * STORAGE_PER_GIGABYTE_MONTH,
  };
}

/** The tables, as Markdown. */
export function tables(): string {
  const paid = paidPlan();
  const limits = freePlan();
  const dollarsFor = new Map(paid.parts.map(({ what, dollars }) => [what, dollars]));
  const rows = limits.map(
    ({ what, perTask, tasksPerDay }) =>
      `| ${what} | ${round(perTask)} | ${thousands(tasksPerDay)} | $${dollarsFor.get(what)?.toFixed(3)} |`,
  );
  const narrowest = Math.min(...limits.map(({ tasksPerDay }) => tasksPerDay));
  const kept = (FREE_GIGABYTES * 1_000) / ASSUMED.imageMegabytes;
  return `| | one task of ${ASSUMED.images} images | free plan: tasks a day | paid plan: 1,000 tasks |
| --- | --- | --- | --- |
${rows.join("\n")}
| **all of it** | | **${thousands(narrowest)}, or ${thousands(narrowest * ASSUMED.images)} images** | **$${paid.total.toFixed(2)}** |

Storage is extra: ${thousands(kept)} images of ${ASSUMED.imageMegabytes} MB are free; beyond that, it costs $${(paid.storagePerMonth).toFixed(2)} a month per 1,000 tasks. Traffic out of R2 is free. The paid plan itself is $5 a month and includes the first million or more of most of these operations.`;
}

const entries = (used: Usage) => Object.entries(used) as [Price, number][];
const round = (number: number) => String(Math.round(number * 10) / 10);
const thousands = (number: number) => number.toLocaleString("en-US");
