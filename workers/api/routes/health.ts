/** How the server is: GET /ping, /health. No authorization. */

import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { queueState } from "#api/admin/queue.ts";
import { type Caller, knownCaller } from "#api/caller/caller.ts";
import { ownCredentials } from "#api/caller/keyholder.ts";
import { findKey } from "#api/caller/known-keys.ts";
import { createRouter } from "#api/http/app.ts";
import { errorAnswers } from "#api/http/openapi.ts";
import { aboutTimeoutMs } from "#api/limits.ts";
import type { ApiConfig } from "#shared/config.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { getRecord } from "#shared/task/records.ts";
import type { PoolSummary } from "#shared/task/registry.ts";
import { overriddenNames } from "#shared/upstreams/index.ts";
import { type Health, healthSchema, pingSchema } from "#shared/wire/health.ts";

const pingRoute = createRoute({
  method: "get",
  path: "/ping",
  operationId: "ping",
  summary: "Liveness check",
  description: "Answers without touching anything else.",
  tags: ["About"],
  security: [],
  "x-mcp": false,
  responses: {
    200: {
      description: "Yes.",
      content: { "application/json": { schema: pingSchema } },
    },
    ...errorAnswers(500),
  },
});

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  summary: "Health check",
  description: "Checks every part, and lists the configuration without secrets.",
  tags: ["About"],
  security: [],
  "x-mcp": false,
  responses: {
    200: { description: "Every part answers.", content: { "application/json": { schema: healthSchema } } },
    ...errorAnswers(500),
    503: { description: "Some part does not answer.", content: { "application/json": { schema: healthSchema } } },
  },
});

const now = () => Math.floor(Date.now() / 1000);

export const health = createRouter()
  .openapi(pingRoute, (c) => c.json({ status: "ok" as const, timestamp: now() }, 200))
  .openapi(healthRoute, async (c) => {
    // A coordinator that never held a task stores nothing: asking an invented one is free of traces.
    const caller = await knownCaller(c);
    const [upstream, queue, yours, pool, records, images, inputs, coordinator] = await Promise.all([
      upstreamAt(c.var.config.UPSTREAM_ORIGIN),
      queueState(c.env.TASK_QUEUE),
      caller && overviewOf(c.env.COORDINATOR, caller),
      findKey(c.env.REGISTRY, null).then(
        ({ pool }) => pool,
        () => null,
      ),
      succeeds(getRecord(c.env.TASKS, "health")),
      succeeds(c.env.IMAGES.head("health")),
      succeeds(c.env.INPUTS.head("health")),
      succeeds(coordinatorOf(c.env.COORDINATOR, "health").view("health", [])),
    ]);
    const isWell = records && images && inputs && coordinator;
    const body = {
      status: isWell ? ("ok" as const) : ("degraded" as const),
      timestamp: now(),
      upstream,
      overridden: overriddenNames(c.var.config.UPSTREAM_OVERRIDES),
      api_keys: apiKeysIn(c.var.config, pool),
      public_images: c.var.config.PUBLIC_IMAGE_BASE_URL !== undefined,
      webhook_exempt_origin: c.var.config.WEBHOOK_EXEMPT_ORIGIN ?? null,
      reachable: { records, images, inputs, coordinator },
      queue,
      ...(caller !== null && { yours }),
    };
    return c.json(body, isWell ? 200 : 503);
  });

/** @param pool null: the registry does not answer. */
function apiKeysIn(config: ApiConfig, pool: PoolSummary | null): Health["api_keys"] {
  if (config.API_KEYS_ONLY) return "only";
  const hasPool = pool !== null && pool.places.length > 0;
  // An administrator makes named keys.
  const hasKeys = config.API_KEYS.length > 0 || config.ADMIN_KEY_HASH !== undefined;
  const hasSettings = hasKeys && ownCredentials(config).texts.length > 0;
  return hasPool || (hasSettings && pool?.isTakenOver !== true) ? "on" : "off";
}

async function overviewOf(coordinators: DurableObjectNamespace, { owner }: Caller): Promise<Health["yours"]> {
  const found = await coordinatorOf(coordinators, owner)
    .overview()
    .catch(() => null);
  if (found === null) return null;
  const { oldestWaitingMs, ...counts } = found;
  return { ...counts, oldest_waiting_seconds: oldestWaitingMs === null ? null : Math.floor(oldestWaitingMs / 1000) };
}

const aboutSchema = z.object({ simulator: z.literal(true) });

/** The simulator identifies itself at this address; a relay has no such address. */
async function upstreamAt(origin: string | undefined): Promise<Health["upstream"]> {
  if (origin === undefined) return "live";
  try {
    const answer = await fetch(new URL("/_sim/about", origin), { signal: AbortSignal.timeout(aboutTimeoutMs) });
    return aboutSchema.safeParse(await answer.json()).success ? "simulator" : "relay";
  } catch {
    return "relay";
  }
}

const succeeds = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );
