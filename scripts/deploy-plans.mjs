// What differs between Cloudflare's free and paid plan in how the Workers are deployed. No I/O.

/**
 * `batch`: wake-ups one run of the consumer takes. The free plan gives a run 10 ms of processor time and 50 calls to
 * others; 45 of these the consumer uses (`callsPerInvocation`), four for each task whose pictures are copied, so that
 * more than ten tasks would only hand each other back. `limits` are refused on the free plan, and on the paid one keep a
 * run that never ends from being paid for without end.
 */
export const PLANS = {
  free: { batch: 5, limits: undefined },
  paid: { batch: 10, limits: { cpu_ms: 30_000 } },
};

/** The plan a deployed consumer was made for; undefined when there is none. */
export function planOf(consumer) {
  if (consumer === undefined) return undefined;
  return consumer.limits?.cpu_ms === undefined ? "free" : "paid";
}

/** The consumer's configuration for a plan. What the wrangler file says beyond it stays. */
export function consumerOn(plan, config, tasksQueue) {
  const { batch, limits } = PLANS[plan];
  const consumers = config.queues.consumers.map((consumer) =>
    consumer.queue === tasksQueue ? { ...consumer, max_batch_size: batch } : consumer,
  );
  return limited(plan, { ...config, queues: { ...config.queues, consumers } }, limits);
}

export const apiOn = (plan, config) => limited(plan, config, PLANS[plan].limits);

function limited(plan, config, limits) {
  if (plan === "paid") return { ...config, limits: { ...limits, ...config.limits } };
  const { limits: _refused, ...rest } = config;
  return rest;
}
