/** The resources of a deployment on an account, looked up by name on every run. Reads only. */
import { type CloudflareApi, CloudflareError } from "./api.ts";

const R2_NOT_ENABLED = 10_042;

/** The names of one deployment's resources on the account. */
export type Names = {
  api: string;
  consumer: string;
  /** The title of the KV namespace. */
  records: string;
  images: string;
  inputs: string;
  tasks: string;
  dead: string;
};

export type Namespace = { id: string; title: string };
/** Cloudflare has named the reader of a queue in three ways; a reader over HTTP has only its type. */
export type QueueConsumer = {
  type?: string;
  script?: string;
  script_name?: string;
  service?: string;
  dead_letter_queue?: string;
  settings?: { batch_size?: number; max_retries?: number; max_wait_time_ms?: number; retry_delay?: number };
};
export type Queue = { queue_name: string; consumers?: QueueConsumer[] };
export type LifecycleRule = {
  enabled?: boolean;
  conditions?: { prefix?: string };
  deleteObjectsTransition?: { condition?: unknown };
};
export type Bucket = { rules: LifecycleRule[]; domains: string[] };
export type Binding = { name: string; type: string; text?: string };
export type DeployedWorker = {
  bindings: Binding[];
  /** Names only: Cloudflare does not give the values. */
  secrets: string[];
  tag: string | undefined;
  limits: { cpu_ms?: number } | undefined;
  hasAddress: boolean;
};

/** The resources found; a missing one is undefined. */
export type Account = {
  records: Namespace | undefined;
  queues: { tasks: Queue | undefined; dead: Queue | undefined };
  buckets: { images: Bucket | undefined; inputs: Bucket | undefined };
  workers: { consumer: DeployedWorker | undefined; api: DeployedWorker | undefined };
  subdomain: string | undefined;
};

/** @throws CloudflareError when the account cannot be read */
export async function lookAtAccount(api: CloudflareApi, accountId: string, names: Names): Promise<Account> {
  const at = `/accounts/${accountId}`;
  const [records, tasks, dead, images, inputs, consumer, apiWorker, subdomain] = await Promise.all([
    findRecords(api, at, names.records),
    findQueue(api, at, names.tasks),
    findQueue(api, at, names.dead),
    findBucket(api, at, names.images),
    findBucket(api, at, names.inputs),
    findWorker(api, at, names.consumer),
    findWorker(api, at, names.api),
    api.find<{ subdomain?: string }>(`${at}/workers/subdomain`),
  ]);
  return {
    records,
    queues: { tasks, dead },
    buckets: { images, inputs },
    workers: { consumer, api: apiWorker },
    subdomain: subdomain?.subdomain,
  };
}

async function findRecords(api: CloudflareApi, at: string, title: string): Promise<Namespace | undefined> {
  const namespaces = await api.list<Namespace>(`${at}/storage/kv/namespaces`);
  return namespaces.find((namespace) => namespace.title === title);
}

async function findQueue(api: CloudflareApi, at: string, name: string): Promise<Queue | undefined> {
  const queues = await api.list<Queue>(`${at}/queues?name=${encodeURIComponent(name)}`);
  return queues.find((queue) => queue.queue_name === name);
}

async function findBucket(api: CloudflareApi, at: string, name: string): Promise<Bucket | undefined> {
  const path = `${at}/r2/buckets/${name}`;
  const bucket = await api.find(path).catch(explainR2);
  if (bucket === undefined) return undefined;
  const [lifecycle, domains] = await Promise.all([
    api.get<{ rules?: LifecycleRule[] }>(`${path}/lifecycle`),
    api.get<{ domains?: { domain: string }[] }>(`${path}/domains/custom`),
  ]);
  return { rules: lifecycle?.rules ?? [], domains: (domains?.domains ?? []).map(({ domain }) => domain) };
}

function explainR2(error: unknown): never {
  if (!(error instanceof CloudflareError) || error.code !== R2_NOT_ENABLED) throw error;
  throw new Error(
    "This account has no R2 yet. Switch it on in the dashboard (Storage & databases → R2; it asks for a means of payment, " +
      "also where it costs nothing), then run this again.",
  );
}

type Version = {
  resources?: { bindings?: Binding[]; script_runtime?: { limits?: { cpu_ms?: number } } };
  annotations?: { "workers/tag"?: string };
};

/** The Worker as it runs now; undefined when there is none. */
async function findWorker(api: CloudflareApi, at: string, name: string): Promise<DeployedWorker | undefined> {
  const path = `${at}/workers/scripts/${name}`;
  const found = await api.find<{ deployments?: { versions?: { version_id: string }[] }[] }>(`${path}/deployments`);
  if (found === undefined) return undefined;
  const running = found.deployments?.[0]?.versions ?? [];
  const [version, secrets, address] = await Promise.all([
    running[0] && api.find<Version>(`${path}/versions/${running[0].version_id}`),
    api.find<{ name: string }[]>(`${path}/secrets`),
    api.find<{ enabled?: boolean }>(`${path}/subdomain`),
  ]);
  return {
    bindings: version?.resources?.bindings ?? [],
    secrets: (secrets ?? []).map((secret) => secret.name),
    // Two versions at a time are a gradual deployment, made by hand: not what we deployed.
    tag: running.length === 1 ? version?.annotations?.["workers/tag"] : undefined,
    limits: version?.resources?.script_runtime?.limits,
    hasAddress: address?.enabled === true,
  };
}

/** The id of the zone that holds a domain, under its own name or a shorter one; undefined when the account has none. */
export async function findZone(api: CloudflareApi, accountId: string, domain: string): Promise<string | undefined> {
  const labels = domain.split(".");
  for (let first = 0; first < labels.length - 1; first += 1) {
    const name = labels.slice(first).join(".");
    const [zone] = await api.list<{ id: string }>(`/zones?name=${name}&account.id=${accountId}`);
    if (zone) return zone.id;
  }
  return undefined;
}
