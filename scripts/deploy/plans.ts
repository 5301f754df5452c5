/** What differs between Cloudflare's free and paid plan in how the Workers are deployed. No I/O. */
import type { WranglerConfig } from "#scripts/wrangler/file.ts";

export type Plan = "free" | "paid";

/**
 * `batch`: ticks one run of the consumer takes. The free plan gives a run 10 ms of processor time and 50 calls to
 * others, of which the consumer uses 45, four for each task whose images are copied. `vars` holds what the consumer
 * is told about it, where the wrangler file says nothing: looks half as often save queue operations on the free plan;
 * on the paid one a run may make far more calls. `limits` are refused on the free plan, and on the paid one keep a run
 * that never ends from being paid for without end.
 */
const PLANS: Record<Plan, { batch: number; vars: Record<string, string>; limits?: { cpu_ms: number } }> = {
  free: { batch: 5, vars: { LOOK_PACE_SECONDS: "2" } },
  paid: { batch: 20, vars: { CALLS_PER_INVOCATION: "900" }, limits: { cpu_ms: 30_000 } },
};

/** The plan a deployed consumer was made for; undefined when there is none. */
export function planOf(consumer: { limits?: { cpu_ms?: unknown } | undefined } | undefined): Plan | undefined {
  if (consumer === undefined) return undefined;
  return consumer.limits?.cpu_ms === undefined ? "free" : "paid";
}

/** The consumer's configuration for a plan. What the wrangler file says beyond it stays. */
export function consumerOn(plan: Plan, config: WranglerConfig, tasksQueue: string): WranglerConfig {
  const { batch, vars } = PLANS[plan];
  const unsaid = Object.entries(vars).filter(([name]) => (config.vars?.[name] ?? "") === "");
  const consumers = config.queues?.consumers?.map((consumer) =>
    consumer.queue === tasksQueue ? { ...consumer, max_batch_size: batch } : consumer,
  );
  const told = { ...config.vars, ...Object.fromEntries(unsaid) };
  return limited(plan, { ...config, vars: told, queues: { ...config.queues, ...(consumers && { consumers }) } });
}

/** The API's configuration for a plan. */
export const apiOn = (plan: Plan, config: WranglerConfig): WranglerConfig => limited(plan, config);

function limited(plan: Plan, config: WranglerConfig): WranglerConfig {
  const wanted = PLANS[plan].limits;
  if (wanted) return { ...config, limits: { ...wanted, ...config.limits } };
  const { limits: _refused, ...rest } = config;
  return rest;
}
