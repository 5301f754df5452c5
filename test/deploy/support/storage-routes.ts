/** The stand-in's KV namespaces, queues, buckets and zones: the endpoints that wrangler and the deployment ask for. */
import { Hono } from "hono";
import type { Account, Bucket, Queue, QueueConsumer } from "./account.ts";
import { ok, page, refuse } from "./answers.ts";

let made = 0;
const newId = () => (++made).toString(16).padStart(32, "0");

export function storageRoutes(account: Account): Hono {
  const app = new Hono();
  app.route("/storage/kv", namespaceRoutes(account));
  app.route("/queues", queueRoutes(account));
  app.route("/r2", bucketRoutes(account));
  return app;
}

function namespaceRoutes(account: Account): Hono {
  const app = new Hono();
  app.get("/namespaces", (c) => page(c, account.namespaces));
  app.post("/namespaces", async (c) => {
    const { title } = await c.req.json<{ title: string }>();
    if (account.namespaces.some((namespace) => namespace.title === title)) return refuse(c, "namespaceExists");
    const namespace = { id: newId(), title };
    account.namespaces.push(namespace);
    return ok(c, namespace);
  });
  app.delete("/namespaces/:id", (c) => {
    const place = account.namespaces.findIndex(({ id }) => id === c.req.param("id"));
    if (place < 0) return refuse(c, "noNamespace");
    account.namespaces.splice(place, 1);
    return ok(c, null);
  });
  return app;
}

function queueRoutes(account: Account): Hono {
  const app = new Hono();
  const shown = ([name, queue]: [string, Queue]) => ({
    queue_id: queue.id,
    queue_name: name,
    consumers: queue.consumers,
    consumers_total_count: queue.consumers.length,
    producers: [],
  });
  const byId = (id: string) => [...account.queues].find(([, queue]) => queue.id === id);

  app.get("/", (c) => {
    const names = c.req.queries("name") ?? [];
    return page(c, [...account.queues].filter(([name]) => names.length === 0 || names.includes(name)).map(shown));
  });
  app.post("/", async (c) => {
    const { queue_name: name } = await c.req.json<{ queue_name: string }>();
    if (account.queues.has(name)) return refuse(c, "queueExists");
    const queue: Queue = { id: newId(), consumers: [] };
    account.queues.set(name, queue);
    return ok(c, shown([name, queue]));
  });
  app.delete("/:id", (c) => {
    const found = byId(c.req.param("id"));
    if (found === undefined) return refuse(c, "noQueue");
    account.queues.delete(found[0]);
    return ok(c, null);
  });

  type Body = { script_name: string; type: string; settings: Record<string, unknown>; dead_letter_queue?: string };
  const consumerOf = (body: Body, id: string): QueueConsumer => ({
    consumer_id: id,
    type: body.type,
    script: body.script_name,
    settings: body.settings,
    ...(body.dead_letter_queue !== undefined && { dead_letter_queue: body.dead_letter_queue }),
  });
  app.post("/:id/consumers", async (c) => {
    const [, queue] = byId(c.req.param("id")) ?? [];
    if (queue === undefined) return refuse(c, "noQueue");
    if (queue.consumers.length > 0) return refuse(c, "queueHasConsumer");
    const body = await c.req.json<Body>();
    if (!account.workers.has(body.script_name)) return refuse(c, "noWorker");
    queue.consumers.push(consumerOf(body, newId()));
    return ok(c, queue.consumers[0]);
  });
  app.put("/:id/consumers/:consumer", async (c) => {
    const [, queue] = byId(c.req.param("id")) ?? [];
    const place = queue?.consumers.findIndex(({ consumer_id: id }) => id === c.req.param("consumer")) ?? -1;
    if (queue === undefined || place < 0) return refuse(c, "noQueue");
    queue.consumers[place] = consumerOf(await c.req.json<Body>(), c.req.param("consumer"));
    return ok(c, queue.consumers[place]);
  });
  app.delete("/:id/consumers/:consumer", (c) => {
    const [, queue] = byId(c.req.param("id")) ?? [];
    if (queue === undefined) return refuse(c, "noQueue");
    queue.consumers = queue.consumers.filter(({ consumer_id: id }) => id !== c.req.param("consumer"));
    return ok(c, null);
  });
  return app;
}

function bucketRoutes(account: Account): Hono {
  const app = new Hono();
  app.use(async (c, next) => (account.hasR2 ? next() : refuse(c, "noR2")));
  app.post("/buckets", async (c) => {
    const { name } = await c.req.json<{ name: string }>();
    if (account.buckets.has(name)) return refuse(c, "bucketExists");
    account.buckets.set(name, { rules: [], domains: [], objects: [] });
    return ok(c, { name });
  });

  const inBucket = new Hono<{ Variables: { bucket: Bucket } }>();
  inBucket.use(async (c, next) => {
    const bucket = account.buckets.get(c.req.param("name") ?? "");
    if (bucket === undefined) return refuse(c, "noBucket");
    c.set("bucket", bucket);
    await next();
  });
  inBucket.get("/", (c) => ok(c, { name: c.req.param("name") }));
  inBucket.delete("/", (c) => {
    if (c.var.bucket.objects.length > 0) return refuse(c, "bucketFull");
    account.buckets.delete(c.req.param("name") ?? "");
    return ok(c, {});
  });
  inBucket.get("/lifecycle", (c) => ok(c, { rules: c.var.bucket.rules }));
  inBucket.put("/lifecycle", async (c) => {
    c.var.bucket.rules = (await c.req.json<{ rules: object[] }>()).rules;
    return ok(c, {});
  });
  inBucket.get("/domains/custom", (c) =>
    ok(c, { domains: c.var.bucket.domains.map((domain) => ({ domain, enabled: true })) }),
  );
  inBucket.post("/domains/custom", async (c) => {
    const { domain, zoneId } = await c.req.json<{ domain: string; zoneId: string }>();
    const zone = account.zones.find(({ id }) => id === zoneId);
    if (zone === undefined || !domain.endsWith(zone.name)) return refuse(c, "badBinding", ` (${domain})`);
    c.var.bucket.domains.push(domain);
    return ok(c, { domain, enabled: true });
  });
  inBucket.delete("/domains/custom/:domain", (c) => {
    c.var.bucket.domains = c.var.bucket.domains.filter((domain) => domain !== c.req.param("domain"));
    return ok(c, {});
  });
  inBucket.get("/objects", (c) =>
    ok(
      c,
      c.var.bucket.objects.map((key) => ({ key, size: 1 })),
    ),
  );
  inBucket.delete("/objects", async (c) => {
    const keys = await c.req.json<string[]>();
    c.var.bucket.objects = c.var.bucket.objects.filter((key) => !keys.includes(key));
    return ok(
      c,
      keys.map((key) => ({ key })),
    );
  });
  app.route("/buckets/:name", inBucket);
  return app;
}
