/** The decisions of a deployment, from the account as it is and the wanted configuration. No I/O. */
import type {
  Account,
  Binding,
  Bucket,
  DeployedWorker,
  LifecycleRule,
  Names,
  Queue,
  QueueConsumer,
} from "#scripts/cloudflare/account.ts";
import type { WranglerConfig } from "#scripts/wrangler/file.ts";
import { WORKERS, type WorkerName } from "./wanted.ts";

/** Days after which Cloudflare deletes an abandoned input. Tasks, batches and files need theirs for at most seven. */
const LEFTOVER_DAYS = 8;

export type Resource = {
  title: string;
  exists: boolean;
  /** The wrangler command that creates it. */
  create: string[];
  /** The bucket that must exist before. */
  within?: string;
};

/** The resources that a deployment needs beside the Workers. */
export function resourcesFor(account: Account, names: Names): Resource[] {
  const { records, queues, buckets } = account;
  const queue = (name: string, found: Queue | undefined): Resource => ({
    title: `queue ${name}`,
    exists: found !== undefined,
    create: ["queues", "create", name],
  });
  const bucket = (name: string, found: Bucket | undefined): Resource => ({
    title: `bucket ${name}`,
    exists: found !== undefined,
    create: ["r2", "bucket", "create", name],
  });
  return [
    {
      title: `KV namespace ${names.records}`,
      exists: records !== undefined,
      create: ["kv", "namespace", "create", names.records],
    },
    queue(names.tasks, queues.tasks),
    queue(names.dead, queues.dead),
    bucket(names.images, buckets.images),
    bucket(names.inputs, buckets.inputs),
    ...INPUT_RULES.map(({ rule, prefix, title }) => ({
      title: `rule of ${names.inputs}: ${title} after ${LEFTOVER_DAYS} days`,
      exists: buckets.inputs?.rules.some((one) => expires(one, prefix)) ?? false,
      within: names.inputs,
      create: [
        ...["r2", "bucket", "lifecycle", "add", names.inputs, rule, prefix],
        ...["--expire-days", String(LEFTOVER_DAYS), "--force"],
      ],
    })),
  ];
}

/** By the first characters of the keys: reference images of tasks; those of batches, and files of requests. */
const INPUT_RULES = [
  { rule: "leftovers", prefix: "imgtask_", title: "gone" },
  { rule: "batch-leftovers", prefix: "batch_", title: "batches gone" },
];

/** Any rule that deletes them counts: an operator may have chosen another number of days. */
const expires = ({ enabled, conditions, deleteObjectsTransition }: LifecycleRule, prefix: string) =>
  enabled === true && prefix.startsWith(conditions?.prefix ?? "") && deleteObjectsTransition?.condition !== undefined;

/**
 * A sentence that names the first Worker or queue of another project under one of our names; undefined when none is.
 */
export function takenName(account: Account, names: Names): string | undefined {
  const { workers, queues } = account;
  for (const role of WORKERS) {
    const name = names[role];
    const worker = workers[role];
    if (worker !== undefined && !isOurs(worker)) {
      return `The account has a Worker ${name} already, and it is not of this project.`;
    }
  }
  for (const role of ["tasks", "dead"] as const) {
    const name = names[role];
    const other = consumersOf(queues[role]).find((consumer) => scriptOf(consumer) !== names.consumer);
    if (other) return `The queue ${name} is read by another: ${scriptOf(other) ?? other.type}.`;
  }
  return undefined;
}

const OUR_SECRETS = [
  "SECRET_KEY",
  "PREVIOUS_SECRET_KEY",
  "API_KEYS",
  "ADMIN_KEY_HASH",
  "DEFAULT_CREDENTIALS",
  "DEFAULT_SESSIONS",
];

/** `wrangler secret put` before the first deployment creates a Worker that holds nothing but our secrets. */
const isOurs = ({ bindings }: { bindings: Binding[] }) =>
  bindings.some(({ name, type }) => name === "COORDINATOR" && type === "durable_object_namespace") ||
  (bindings.length > 0 && bindings.every(({ name, type }) => type === "secret_text" && OUR_SECRETS.includes(name)));

const consumersOf = (queue: Queue | undefined): QueueConsumer[] => queue?.consumers ?? [];
const scriptOf = ({ script, script_name: name, service }: QueueConsumer) => script ?? name ?? service;

type KeySituation = {
  workers: Partial<Record<WorkerName, Pick<DeployedWorker, "secrets"> | undefined>>;
  copy: string | undefined;
  given: string | undefined;
  renew?: boolean;
  forgetOldKey?: boolean;
};
export type KeySource = "there" | "copy" | "given" | "new" | "renewed";
/** `on`: the Workers that receive the key. */
export type KeyDecision = { source: KeySource; on: WorkerName[] } | { refusal: string };

/**
 * Where the SECRET_KEY comes from and which Workers receive it. A key that is set is replaced only on request: another
 * key without the one before it takes running tasks their sessions, and all tasks their readers.
 *
 * @param copy the key kept on this machine @param given the key in the environment
 */
export function decideKey({ workers, copy, given, renew = false, forgetOldKey = false }: KeySituation): KeyDecision {
  if (renew) {
    const isSet = WORKERS.some((worker) => workers[worker]?.secrets.includes("SECRET_KEY"));
    const isKnown = copy !== undefined || given !== undefined;
    if (!isSet || isKnown || forgetOldKey) return { source: "renewed", on: [...WORKERS] };
    return {
      refusal:
        "There is no copy of the present SECRET_KEY on this machine, so what was made with it could not be understood any " +
        "more: running tasks would lose their sessions, and all tasks their readers. Rotate it where the copy is, or bring " +
        "that file here; if it is lost, add --forget-old-key.",
    };
  }
  const without = WORKERS.filter((worker) => !workers[worker]?.secrets.includes("SECRET_KEY"));
  if (without.length === 0) return { source: "there", on: [] };
  if (given !== undefined) return { source: "given", on: without };
  if (copy !== undefined) return { source: "copy", on: without };
  if (without.length === 2) return { source: "new", on: without };
  const [missing] = without;
  const other = missing === "api" ? "consumer" : "API";
  return {
    refusal:
      `The ${other} worker has a SECRET_KEY, the ${missing === "api" ? "API" : missing} worker has none, and no copy of it is on this machine. ` +
      "Both need the same one: run this as SECRET_KEY=… npm run deploy with the key that is set. If it is lost: " +
      "npm run deploy -- --new-key --forget-old-key makes another (running tasks lose their sessions, and all tasks their readers).",
  };
}

/**
 * Whether our consumer reads the queues with the settings of its configuration. A setting Cloudflare does not name
 * counts as equal.
 */
export function areQueuesRead(queues: Account["queues"], config: WranglerConfig): boolean {
  const found = Object.values(queues);
  return (config.queues?.consumers ?? []).every((wanted) => {
    const queue = found.find((candidate) => candidate?.queue_name === wanted.queue);
    const consumer = consumersOf(queue).find((candidate) => scriptOf(candidate) === config.name);
    if (consumer === undefined) return false;
    const { settings = {}, dead_letter_queue: dead } = consumer;
    return [
      [settings.batch_size, wanted.max_batch_size],
      [settings.max_retries, wanted.max_retries],
      [settings.max_wait_time_ms, wanted.max_batch_timeout && wanted.max_batch_timeout * 1000],
      [settings.retry_delay, wanted.retry_delay],
      [dead, wanted.dead_letter_queue],
    ].every(([is, shall]) => is === undefined || is === null || is === (shall ?? is));
  });
}

/** The domain that the deployed API names for its images, if the bucket still has it. */
export function deployedDomain(account: Account): string | undefined {
  const variable = account.workers.api?.bindings.find(({ name }) => name === "PUBLIC_IMAGE_BASE_URL");
  const host = variable?.text ? URL.parse(variable.text)?.host : undefined;
  return account.buckets.images?.domains.find((domain) => domain === host);
}
