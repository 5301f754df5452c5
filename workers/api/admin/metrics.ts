/** The figures of the server as metrics. */
import type { Context } from "hono";
import type { AppEnv } from "#api/http/app.ts";
import { errorCodes } from "#shared/errors.ts";
import { type EndKind, endStatuses, type Totals, totals } from "#shared/task/figures.ts";
import { durationBoundsSeconds } from "#shared/task/limits.ts";
import { type Counters, registryOf } from "#shared/task/registry.ts";
import type { Health } from "#shared/wire/health.ts";
import { histogramSamples, type Metric, textOf } from "./exposition.ts";
import { secondsSince } from "./figures.ts";
import { poolHealth } from "./pool-health.ts";
import { queueState } from "./queue.ts";

export async function metricsText(c: Context<AppEnv>): Promise<string> {
  const [counters, pool, queue] = await Promise.all([
    registryOf(c.env.REGISTRY).counters(),
    poolHealth(c),
    queueState(c.env.TASK_QUEUE),
  ]);
  return textOf([...endMetrics(counters), ...liveMetrics(counters), poolMetric(pool), ...queueMetrics(queue)]);
}

const metric = (type: "counter" | "gauge", name: string, help: string, samples: Metric["samples"]): Metric => ({
  ...{ type, name: `dreamina_${name}`, help, samples },
});

function endMetrics({ ended, deadLetters }: Counters): Metric[] {
  const sumOf = (all: Counters["ended"]): Totals =>
    all.reduce((sum, end) => totals.plus(sum, end.totals), totals.none());
  const { images, imagesByKeys, credits } = sumOf(ended);
  const byStatus = endStatuses.map((status) => ({ status, ...sumOf(ended.filter((end) => end.status === status)) }));
  return [
    metric(
      "counter",
      "tasks_ended_total",
      "Tasks that ended, by the code of their error.",
      withUnseen(ended).map(({ status, code, totals: { tasks } }) => ({ labels: { status, code }, value: tasks })),
    ),
    metric("counter", "images_total", "Images that were made, by sessions or, for money, by official keys.", [
      { labels: { made_by: "session" }, value: images - imagesByKeys },
      { labels: { made_by: "key" }, value: imagesByKeys },
    ]),
    metric("counter", "credits_total", "Credits that images of sessions cost, by the last prices seen.", [
      { value: credits },
    ]),
    {
      name: "dreamina_task_duration_seconds",
      help: "Time from the creation of a task to its end.",
      type: "histogram",
      samples: byStatus.flatMap(({ status, durations, seconds }) =>
        histogramSamples(durationBoundsSeconds, { counts: durations, sum: seconds, labels: { status } }),
      ),
    },
    metric("counter", "dead_letters_total", "Ticks that the queue gave up.", [{ value: deadLetters }]),
  ];
}

/** Every end that a task can have: of a series that begins above zero, Prometheus' `increase` misses the beginning. */
const endKinds: EndKind[] = [
  { status: "completed", code: "" },
  { status: "cancelled", code: "cancelled" },
  ...errorCodes.map((code) => ({ status: "failed" as const, code })),
];

function withUnseen(ended: Counters["ended"]): Counters["ended"] {
  const isSeen = ({ status, code }: EndKind) => ended.some((end) => end.status === status && end.code === code);
  const unseen = endKinds.filter((kind) => !isSeen(kind));
  return [...ended, ...unseen.map((kind) => ({ ...kind, totals: totals.none() }))];
}

const liveMetrics = ({ live: { waiting, running, owners, waitingSince } }: Counters): Metric[] => [
  metric("gauge", "tasks_waiting", "Tasks without a session, requests of batches included.", [{ value: waiting }]),
  metric("gauge", "tasks_running", "Tasks under way.", [{ value: running }]),
  metric("gauge", "oldest_waiting_seconds", "How long the first task that waits has waited; 0: none waits.", [
    { value: secondsSince(waitingSince) ?? 0 },
  ]),
  metric("gauge", "callers", "Callers with tasks that have not ended. All API keys together are one.", [
    { value: owners },
  ]),
];

const poolMetric = (pool: Record<string, number>): Metric =>
  metric(
    "gauge",
    "pool_credentials",
    "Sessions and keys of the pool, by their health.",
    Object.entries(pool).map(([health, value]) => ({ labels: { health }, value })),
  );

/** None where the queue does not tell. */
const queueMetrics = (queue: Health["queue"]): Metric[] =>
  queue === null
    ? []
    : [
        metric("gauge", "queue_messages", "Ticks in the queue.", [{ value: queue.backlog }]),
        metric("gauge", "queue_oldest_message_seconds", "Age of the oldest of them; 0: there is none.", [
          { value: queue.oldest_seconds ?? 0 },
        ]),
      ];
