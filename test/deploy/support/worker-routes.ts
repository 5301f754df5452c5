/**
 * The stand-in's Workers: uploads, versions, deployments, secrets, addresses, static assets. An upload is refused as
 * Cloudflare refuses it when a binding names a missing resource, so that a wrong order of steps shows.
 */
import { createHash, randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { type Account, type Binding, running, type Version, type Worker } from "./account.ts";
import { ok, refuse } from "./answers.ts";

type Metadata = {
  main_module: string;
  bindings: Binding[];
  keep_bindings?: string[];
  annotations?: Record<string, string>;
  limits?: object;
  migrations?: { new_tag?: string };
  assets?: { jwt: string };
};

export function workerRoutes(account: Account): Hono {
  const app = new Hono();
  app.route("/subdomain", subdomainRoutes(account));
  app.get("/subdomains/:name", (c) =>
    refuse(c, account.othersSubdomains.includes(c.req.param("name")) ? "subdomainTaken" : "subdomainFree"),
  );
  app.route("/services", serviceRoutes(account));
  app.get("/workers/:name", (c) => {
    const worker = account.workers.get(c.req.param("name"));
    return worker === undefined
      ? refuse(c, "noWorker")
      : ok(c, { name: c.req.param("name"), subdomain: { enabled: worker.hasAddress, previews_enabled: false } });
  });
  app.post("/assets/upload", async (c) => {
    await c.req.formData();
    return ok(c, { jwt: "assets-are-complete" });
  });
  app.route("/scripts/:name", scriptRoutes(account));
  return app;
}

function subdomainRoutes(account: Account): Hono {
  const app = new Hono();
  app.get("/", (c) =>
    account.subdomain === undefined ? refuse(c, "noSubdomain") : ok(c, { subdomain: account.subdomain }),
  );
  app.put("/", async (c) => {
    const { subdomain } = await c.req.json<{ subdomain: string }>();
    if (account.othersSubdomains.includes(subdomain)) return refuse(c, "subdomainTaken");
    account.subdomain = subdomain;
    return ok(c, { subdomain });
  });
  return app;
}

function serviceRoutes(account: Account): Hono {
  const app = new Hono();
  app.get("/:name", (c) => {
    const worker = account.workers.get(c.req.param("name"));
    if (worker === undefined) return refuse(c, "noWorker");
    const script = {
      tag: c.req.param("name"),
      tags: [],
      last_deployed_from: "wrangler",
      migration_tag: worker.migrationTag,
    };
    return ok(c, { id: c.req.param("name"), default_environment: { environment: "production", script } });
  });
  app.delete("/:name", (c) => {
    const name = c.req.param("name");
    if (!account.workers.has(name)) return refuse(c, "noWorker");
    const queues = [...account.queues.values()];
    if (queues.some(({ consumers }) => consumers.some(({ script }) => script === name))) return refuse(c, "readsQueue");
    const others = [...account.workers].filter(([other]) => other !== name);
    const isBound = others.some(([, other]) =>
      running(other)?.bindings.some((binding) => binding.script_name === name),
    );
    if (isBound) return refuse(c, "bound");
    account.workers.delete(name);
    return ok(c, null);
  });
  return app;
}

type WithWorker = { Variables: { worker: Worker } };

function scriptRoutes(account: Account): Hono<WithWorker> {
  const app = new Hono<WithWorker>();
  const nameOf = (c: Context) => c.req.param("name") ?? "";

  app.put("/", async (c) => {
    const worker = account.workers.get(nameOf(c)) ?? newWorker();
    const added = addVersion(account, nameOf(c), worker, await metadataOf(c));
    if (typeof added === "string") return refuse(c, "badBinding", ` (${added})`);
    worker.deployed = added.id;
    account.workers.set(nameOf(c), worker);
    return ok(c, { id: nameOf(c), deployment_id: added.id.replaceAll("-", ""), startup_time_ms: 1 });
  });
  app.post("/assets-upload-session", async (c) => {
    const { manifest } = await c.req.json<{ manifest: Record<string, { hash: string }> }>();
    sessions.set(nameOf(c), Object.keys(manifest));
    const hashes = Object.values(manifest).map(({ hash }) => hash);
    return ok(c, { jwt: jwt(), buckets: [hashes] });
  });
  app.use(async (c, next) => {
    const worker = account.workers.get(nameOf(c));
    if (worker === undefined) return refuse(c, "noWorker");
    c.set("worker", worker);
    await next();
  });
  app.put("/schedules", async (c) => {
    const schedules = await c.req.json<{ cron: string }[]>();
    c.var.worker.crons = schedules.map(({ cron }) => cron);
    return ok(c, { schedules });
  });
  app.get("/secrets", (c) =>
    ok(
      c,
      [...(running(c.var.worker)?.secrets.keys() ?? [])].map((name) => ({ name, type: "secret_text" })),
    ),
  );
  app.get("/deployments", (c) => {
    const { deployed } = c.var.worker;
    const versions = deployed === undefined ? [] : [{ version_id: deployed, percentage: 100 }];
    return ok(c, { deployments: versions.length === 0 ? [] : [{ id: randomUUID(), source: "wrangler", versions }] });
  });
  app.post("/deployments", async (c) => {
    const { versions } = await c.req.json<{ versions: { version_id: string }[] }>();
    c.var.worker.deployed = versions[0]?.version_id;
    return ok(c, { id: randomUUID() });
  });
  app.post("/versions", async (c) => {
    const added = addVersion(account, nameOf(c), c.var.worker, await metadataOf(c));
    if (typeof added === "string") return refuse(c, "badBinding", ` (${added})`);
    return ok(c, { id: added.id, startup_time_ms: 1, resources: { script: { etag: added.id } }, metadata: {} });
  });
  app.get("/versions/:id", (c) => {
    const version = c.var.worker.versions.find(({ id }) => id === c.req.param("id"));
    return version === undefined ? refuse(c, "noWorker") : ok(c, shown(version));
  });
  app.get("/settings", (c) => ok(c, { bindings: running(c.var.worker)?.bindings ?? [] }));
  app.patch("/script-settings", (c) => ok(c, {}));
  app.get("/subdomain", (c) => ok(c, { enabled: c.var.worker.hasAddress, previews_enabled: false }));
  app.post("/subdomain", async (c) => {
    c.var.worker.hasAddress = (await c.req.json<{ enabled: boolean }>()).enabled;
    return ok(c, { enabled: c.var.worker.hasAddress, previews_enabled: false });
  });
  return app;
}

const newWorker = (): Worker => ({
  versions: [],
  deployed: undefined,
  hasAddress: false,
  migrationTag: undefined,
  crons: [],
  assets: [],
});

/** Files announced by the last upload session of each Worker. */
const sessions = new Map<string, string[]>();

/** wrangler reads how to upload out of it. */
const jwt = () =>
  ["{}", JSON.stringify({ iat: 1 }), ""].map((part) => Buffer.from(part).toString("base64url")).join(".");

async function metadataOf(c: Context): Promise<Metadata> {
  const form = await c.req.formData();
  const metadata = JSON.parse(await textOf(form.get("metadata"))) as Metadata;
  if (form.get(metadata.main_module) === null) throw new Error(`upload without its module ${metadata.main_module}`);
  return metadata;
}

const textOf = async (part: File | string | null) => (typeof part === "string" ? part : ((await part?.text()) ?? ""));

/** The new version, or what one of its bindings names without its being there. */
function addVersion(account: Account, name: string, worker: Worker, metadata: Metadata): Version | string {
  const before = running(worker);
  // Without being asked to keep them, an upload drops what it does not name.
  const secrets = new Map(metadata.keep_bindings?.includes("secret_text") ? before?.secrets : []);
  const bindings: Binding[] = [];
  for (const binding of metadata.bindings) {
    const missing = missingOf(account, name, { binding, secrets, before });
    if (missing !== undefined) return missing;
    if (binding.type === "secret_text") secrets.set(binding.name, binding.text ?? "");
    else if (binding.type !== "inherit") bindings.push(binding);
    else bindings.push(...(before?.bindings.filter((known) => known.name === binding.name) ?? []));
  }
  if (metadata.assets !== undefined) worker.assets = sessions.get(name) ?? [];
  if (metadata.migrations?.new_tag !== undefined) worker.migrationTag = metadata.migrations.new_tag;
  const tag = metadata.annotations?.["workers/tag"];
  const version = {
    id: randomUUID(),
    bindings,
    secrets,
    tag,
    limits: metadata.limits,
    mainModule: metadata.main_module,
  };
  worker.versions.push(version);
  return version;
}

type Given = { binding: Binding; secrets: Map<string, string>; before: Version | undefined };

function missingOf(account: Account, name: string, { binding, secrets, before }: Given): string | undefined {
  const isThere = {
    kv_namespace: () => account.namespaces.some(({ id }) => id === binding.namespace_id),
    r2_bucket: () => account.buckets.has(String(binding.bucket_name)),
    queue: () => account.queues.has(String(binding.queue_name)),
    durable_object_namespace: () =>
      binding.script_name === undefined ||
      binding.script_name === name ||
      account.workers.has(String(binding.script_name)),
    inherit: () => secrets.has(binding.name) || before?.bindings.some((known) => known.name === binding.name),
    plain_text: () => true,
    secret_text: () => true,
    assets: () => true,
    ratelimit: () => true,
  }[binding.type];
  if (isThere === undefined) return `unknown type ${binding.type}`;
  return isThere() ? undefined : `${binding.type} ${binding.name}`;
}

const shown = ({ id, bindings, secrets, tag, limits }: Version) => ({
  id,
  number: 1,
  metadata: { source: "wrangler" },
  annotations: tag === undefined ? {} : { "workers/tag": tag },
  resources: {
    bindings: [...bindings, ...[...secrets.keys()].map((name) => ({ type: "secret_text", name }))],
    script: { etag: createHash("sha1").update(id).digest("hex") },
    script_runtime: { ...(limits !== undefined && { limits }) },
  },
});
