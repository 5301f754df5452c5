/** GET /metrics in Prometheus' text format. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, expect, it, vi } from "vitest";
import { anAdministrator } from "#test/workers/support/admin.ts";
import { deadLetterQueue } from "#test/workers/support/queue.ts";
import { aSession, call, type Stage, setStage, storing } from "#test/workers/support/stage.ts";

let stage: Stage;
let admin: ReturnType<typeof anAdministrator>;
beforeEach(async () => {
  stage = setStage();
  admin = anAdministrator();
});

type Labels = Record<string, string>;
type Family = { type: string; samples: { name: string; labels: Labels; value: number }[] };

const sampleLine =
  /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (?<value>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Reads the text as strictly as the format allows. @throws for a line that is none of it. */
function parsed(text: string): Map<string, Family> {
  expect(text.endsWith("\n")).toBe(true);
  const families = new Map<string, Family>();
  let helped = "";
  let current: { name: string; family: Family } | null = null;
  for (const line of text.split("\n").slice(0, -1)) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      expect(families.has(name), `${name} comes twice`).toBe(false);
      helped = name;
    } else if (keyword === "TYPE") {
      expect([name, ["counter", "gauge", "histogram"].includes(rest)]).toEqual([helped, true]);
      current = { name, family: { type: rest, samples: [] } };
      families.set(name, current.family);
    } else {
      const groups = sampleLine.exec(line)?.groups;
      if (groups === undefined || current === null) throw new Error(`no sample: ${line}`);
      const base = current.family.type === "histogram" ? groups.name?.replace(/_(bucket|sum|count)$/, "") : groups.name;
      expect(base).toBe(current.name);
      const labels = Object.fromEntries(
        [...(groups.labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key, value]),
      );
      current.family.samples.push({ name: groups.name ?? "", labels, value: Number(groups.value) });
    }
  }
  for (const { samples } of families.values()) {
    const series = samples.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).toSorted()]));
    expect(new Set(series).size, "a series comes twice").toBe(series.length);
  }
  return families;
}

async function scrape() {
  const answer = await admin.ask("/metrics");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const families = parsed(await answer.text());
  const value = (name: string, labels: Labels = {}): number | undefined => {
    const family = families.get(name.replace(/_(bucket|sum|count)$/, "")) ?? families.get(name);
    return (family ?? families.get(name))?.samples.find(
      (sample) => sample.name === name && Object.entries(labels).every(([key, one]) => sample.labels[key] === one),
    )?.value;
  };
  return { families, value };
}

async function told() {
  stage.advance(60);
  for (const stub of await storing()) await runDurableObjectAlarm(stub);
}

it.each([undefined, "Bearer adm-wrong", "Bearer sk-alice-0123456789abcdef"])(
  "metrics are for the administrator's key alone, not for %s",
  async (authorization) => {
    const headers = new Headers(authorization === undefined ? {} : { authorization });
    const answer = await call("/metrics", { headers }, admin.bindings);

    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain("dreamina_");
  },
);

it("a server without an administrator has no metrics", async () => {
  expect((await call("/metrics", { headers: { authorization: "Bearer adm-x" } })).status).toBe(401);
});

it("a server without tasks has every metric, at zero", async () => {
  const { families, value } = await scrape();

  expect(Object.fromEntries([...families].map(([name, { type }]) => [name, type]))).toMatchObject({
    dreamina_tasks_ended_total: "counter",
    dreamina_images_total: "counter",
    dreamina_credits_total: "counter",
    dreamina_task_duration_seconds: "histogram",
    dreamina_dead_letters_total: "counter",
    dreamina_tasks_waiting: "gauge",
    dreamina_tasks_running: "gauge",
    dreamina_oldest_waiting_seconds: "gauge",
    dreamina_callers: "gauge",
    dreamina_pool_credentials: "gauge",
  });
  expect([value("dreamina_credits_total"), value("dreamina_tasks_running")]).toEqual([0, 0]);
  for (const [name, { type }] of families) expect(name.endsWith("_total")).toBe(type === "counter");
});

it("a task that ends is counted by a series that was there at zero, so that Prometheus sees the first, too", async () => {
  const series = async () =>
    (await scrape()).families
      .get("dreamina_tasks_ended_total")
      ?.samples.map(({ labels, value }) => ({ kind: `${labels.status} ${labels.code}`, value }))
      .toSorted((one, other) => one.kind.localeCompare(other.kind));
  const before = await series();
  await stage.end(await stage.task());
  await stage.end(await stage.task({ prompt: "sim:input-moderated" }));
  const cancelled = await stage.task({ seed: 1 });
  await call(`/v1/images/tasks/${cancelled}/cancel`, {
    method: "POST",
    headers: { authorization: `Bearer ${stage.session}` },
  });
  await told();

  const ended = ["cancelled cancelled", "completed ", "failed prompt_moderated"];
  expect(before?.every(({ value }) => value === 0)).toBe(true);
  expect(await series()).toEqual(before?.map(({ kind }) => ({ kind, value: ended.includes(kind) ? 1 : 0 })));
});

it("metrics count tasks by status and code, images, credits and durations in cumulative buckets", async () => {
  await stage.end(await stage.task({ n: 2, resolution: "2k" }));
  await told();
  const { value, families } = await scrape();

  expect(value("dreamina_tasks_ended_total", { status: "completed", code: "" })).toBe(1);
  expect(value("dreamina_images_total", { made_by: "session" })).toBe(2);
  expect(value("dreamina_images_total", { made_by: "key" })).toBe(0);
  expect(value("dreamina_credits_total")).toBe(8);
  const histogram = families.get("dreamina_task_duration_seconds")?.samples ?? [];
  for (const status of ["completed", "failed", "cancelled"]) {
    const own = histogram.filter(({ labels }) => labels.status === status);
    const buckets = own.filter(({ name }) => name.endsWith("_bucket"));
    expect(buckets.map(({ labels }) => labels.le)).toEqual(["15", "30", "60", "120", "300", "900", "3600", "+Inf"]);
    const counts = buckets.map((bucket) => bucket.value);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(own.find(({ name }) => name.endsWith("_count"))?.value).toBe(counts.at(-1));
  }
  expect(value("dreamina_task_duration_seconds_count", { status: "completed" })).toBe(1);
  expect(value("dreamina_task_duration_seconds_sum", { status: "completed" })).toBeGreaterThan(5);
});

it("counters only grow, also over the years", async () => {
  const seen: Record<string, number>[] = [];
  for (let years = 0; years < 3; years += 1) {
    await stage.end(await stage.task({ seed: years, resolution: "2k" }));
    await stage.queue.deliverOnly([stage.queue.sent.at(-1)?.body], deadLetterQueue);
    await told();
    const { families } = await scrape();
    const counters = [...families.values()].filter(({ type }) => type !== "gauge").flatMap(({ samples }) => samples);
    seen.push(
      Object.fromEntries(counters.map(({ name, labels, value }) => [`${name} ${JSON.stringify(labels)}`, value])),
    );
    vi.setSystemTime(Date.now() + 401 * 24 * 3_600_000);
  }

  const [first = {}, ...later] = seen;
  let before = first;
  for (const now of later) {
    for (const [series, value] of Object.entries(before)) expect(now[series], series).toBeGreaterThanOrEqual(value);
    before = now;
  }
  expect(before['dreamina_tasks_ended_total {"status":"completed","code":""}']).toBe(3);
});

it("metrics show what waits, the health of the pool and the queue", async () => {
  await admin.ask("/v1/admin/credentials", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ credentials: `${aSession()},${aSession()}` }),
  });
  for (let count = 0; count < 6; count += 1) await stage.task({ seed: count });
  await told();
  const { value, families } = await scrape();

  expect([value("dreamina_tasks_waiting"), value("dreamina_tasks_running"), value("dreamina_callers")]).toEqual([
    2, 4, 1,
  ]);
  expect(value("dreamina_oldest_waiting_seconds")).toBe(60);
  expect(value("dreamina_pool_credentials", { health: "ready" })).toBe(2);
  expect(families.get("dreamina_pool_credentials")?.samples.map(({ labels }) => labels.health)).toEqual([
    ...["ready", "busy", "cooling", "no_credits", "expired", "paused"],
  ]);
});
