/** Runs one workload against a product, and returns the observations of that run. */
import { type Client, createClient, type Latencies } from "./client.ts";
import { maxWorkloadMs, submitsAtOnce } from "./limits.ts";
import type { Product } from "./product.ts";
import type { Sample } from "./sample.ts";
import type { Upstream } from "./upstream.ts";
import type { Workload } from "./workloads.ts";

/** @param run number of the run; builds that are measured in turn get the same prompts, thus the same job lengths. */
export async function drive(product: Product, upstream: Upstream, workload: Workload, run: number): Promise<Sample> {
  await upstream.prepare(workload);
  const latencies: Latencies = { submits: [], polls: [] };
  const clients = clientsOf(product.url, workload, latencies);
  const startedAt = Date.now();
  const usageBefore = product.usage();
  const seenAt = new Map<string, number>();
  const residentBytes: (number | null)[] = [];
  for (const [round, tasks] of workload.rounds.entries()) {
    const prompts = Array.from({ length: tasks }, (_, place) => `a lighthouse at dawn, ${run}-${round}-${place}`);
    const seen = await runRound(clients, workload, prompts, startedAt + maxWorkloadMs);
    for (const [prompt, at] of seen) seenAt.set(prompt, at);
    residentBytes.push(product.usage()?.residentBytes ?? null);
  }
  const makespanMs = Date.now() - startedAt;
  const usage = product.usage();
  const { jobs, calls } = await upstream.state();
  return {
    ...latencies,
    makespanMs,
    lagsMs: lagsOf(seenAt, jobs),
    calls,
    counts: await product.counts(),
    cpuMs: usage === null || usageBefore === null ? null : usage.cpuMs - usageBefore.cpuMs,
    residentBytes,
  };
}

function clientsOf(url: string, { callers, sessionsPerCaller }: Workload, latencies: Latencies): Client[] {
  return Array.from({ length: callers }, (_, caller) => {
    const sessions = Array.from({ length: sessionsPerCaller }, (_, place) => `us-demo-us-bench-${caller}-${place}`);
    return createClient(url, sessions, latencies);
  });
}

/** @returns when a client knew of the end of each task, by prompt. */
async function runRound(
  clients: Client[],
  { follow }: Workload,
  prompts: string[],
  giveUpAt: number,
): Promise<Map<string, number>> {
  const seenAt = new Map<string, number>();
  if (follow === "batch" || follow === "park-batch") {
    for (const client of clients) await runBatch(client, follow, prompts, giveUpAt);
    return seenAt;
  }
  const ends: Promise<void>[] = [];
  const noteEnd = (prompt: string, end: Promise<void>): void => {
    const noted = end.then(() => void seenAt.set(prompt, Date.now()));
    noted.catch(() => {}); // awaited once all are submitted
    ends.push(noted);
  };
  const run = async (client: Client, prompt: string): Promise<void> => {
    if (follow === "wait") return noteEnd(prompt, client.submitAndWait(prompt));
    const id = await client.submit(prompt);
    if (follow === "park") {
      await client.poll(id);
      return;
    }
    noteEnd(prompt, follow === "events" ? client.followEvents(id, giveUpAt) : client.followPolls(id, giveUpAt));
  };
  const waiting = prompts.entries();
  const submitter = async () => {
    for (const [place, prompt] of waiting) {
      const client = clients[place % clients.length];
      if (client !== undefined) await run(client, prompt);
    }
  };
  await Promise.all(Array.from({ length: submitsAtOnce }, submitter));
  await Promise.all(ends);
  return seenAt;
}

async function runBatch(
  client: Client,
  follow: "batch" | "park-batch",
  prompts: string[],
  giveUpAt: number,
): Promise<void> {
  const id = await client.submitBatch(prompts);
  await (follow === "batch" ? client.followBatch(id, giveUpAt) : client.pollBatch(id));
}

/** For each task, from the end of its job to the moment a client knew. A job that was submitted again ends last. */
function lagsOf(seenAt: Map<string, number>, jobs: { prompt: string; endedAtMs: number | null }[]): number[] {
  const endedAt = new Map<string, number>();
  for (const { prompt, endedAtMs } of jobs) {
    if (endedAtMs !== null) endedAt.set(prompt, Math.max(endedAtMs, endedAt.get(prompt) ?? 0));
  }
  return [...seenAt].flatMap(([prompt, at]) => {
    const ended = endedAt.get(prompt);
    return ended === undefined ? [] : [at - ended];
  });
}
