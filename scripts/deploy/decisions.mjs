// What a deployment has to do, given what is on the account and what is wanted. No I/O.

/** Days after which a reference image that was left behind goes. Tasks live for at most seven. */
const LEFTOVER_DAYS = 8;

/**
 * What a deployment needs beside the Workers: whether it is there, and the wrangler command that makes it. `within`: the
 * bucket that has to be there before.
 */
export function resourcesFor(account, names) {
  const { records, queues, buckets } = account;
  const queue = (name, found) => ({
    title: `queue ${name}`,
    isThere: found !== undefined,
    make: ["queues", "create", name],
  });
  const bucket = (name, found) => ({
    title: `bucket ${name}`,
    isThere: found !== undefined,
    make: ["r2", "bucket", "create", name],
  });
  return [
    {
      title: `KV namespace ${names.records}`,
      isThere: records !== undefined,
      make: ["kv", "namespace", "create", names.records],
    },
    queue(names.tasks, queues.tasks),
    queue(names.dead, queues.dead),
    bucket(names.images, buckets.images),
    bucket(names.inputs, buckets.inputs),
    {
      title: `rule of ${names.inputs}: gone after ${LEFTOVER_DAYS} days`,
      isThere: buckets.inputs?.rules.some(expires) ?? false,
      within: names.inputs,
      make: [
        ...["r2", "bucket", "lifecycle", "add", names.inputs, "leftovers", INPUT_PREFIX],
        ...["--expire-days", String(LEFTOVER_DAYS), "--force"],
      ],
    },
  ];
}

/** What every key of a reference image begins with. */
const INPUT_PREFIX = "imgtask_";

/** Any rule that removes them in the end will do: an operator may have chosen another number of days. */
const expires = ({ enabled, conditions, deleteObjectsTransition }) =>
  enabled && INPUT_PREFIX.startsWith(conditions?.prefix ?? "") && deleteObjectsTransition?.condition !== undefined;

/** A sentence about the first thing of somebody else's that has one of our names; undefined when there is none. */
export function takenName(account, names) {
  const { workers, queues } = account;
  for (const [name, worker] of [
    [names.consumer, workers.consumer],
    [names.api, workers.api],
  ]) {
    if (worker !== undefined && !isOurs(worker)) {
      return `The account has a Worker ${name} already, and it is not of this project.`;
    }
  }
  for (const [name, queue] of [
    [names.tasks, queues.tasks],
    [names.dead, queues.dead],
  ]) {
    const other = consumersOf(queue).find((consumer) => scriptOf(consumer) !== names.consumer);
    if (other) return `The queue ${name} is read by another: ${scriptOf(other) ?? other.type}.`;
  }
  return undefined;
}

const OUR_SECRETS = ["SECRET_KEY", "PREVIOUS_SECRET_KEY", "API_KEYS", "DEFAULT_SESSIONS"];

/** A Worker that only holds secrets of ours is one that `wrangler secret put` made, before the first deployment. */
const isOurs = ({ bindings }) =>
  bindings.some(({ name, type }) => name === "COORDINATOR" && type === "durable_object_namespace") ||
  (bindings.length > 0 && bindings.every(({ name, type }) => type === "secret_text" && OUR_SECRETS.includes(name)));

const consumersOf = (queue) => queue?.consumers ?? [];
const scriptOf = ({ script, script_name: name, service }) => script ?? name ?? service;

/**
 * Where the SECRET_KEY comes from and which Workers it is to be set on. A key that is set is never replaced unless that
 * is asked for: with another one, and none before it, running tasks lose their sessions, and all tasks their readers.
 *
 * @param copy the one kept on this machine @param given the one in the environment
 * @returns `{ source: "there" | "copy" | "given" | "new" | "renewed", on }`, or `{ refusal }`
 */
export function decideKey({ workers, copy, given, renew = false, forgetOldKey = false }) {
  if (renew) {
    const isSet = ["consumer", "api"].some((worker) => workers[worker]?.secrets.includes("SECRET_KEY"));
    const isKnown = copy !== undefined || given !== undefined;
    if (!isSet || isKnown || forgetOldKey) return { source: "renewed", on: ["consumer", "api"] };
    return {
      refusal:
        "There is no copy of the present SECRET_KEY on this machine, so what was made with it could not be understood any " +
        "more: running tasks would lose their sessions, and all tasks their readers. Rotate it where the copy is, or bring " +
        "that file here; if it is lost, add --forget-old-key.",
    };
  }
  const without = ["consumer", "api"].filter((worker) => !workers[worker]?.secrets.includes("SECRET_KEY"));
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

/** Whether the queues are read by our consumer, as its configuration says. What Cloudflare does not tell is taken as right. */
export function areQueuesRead(queues, config) {
  const found = Object.values(queues).filter(Boolean);
  return config.queues.consumers.every((wanted) => {
    const queue = found.find((candidate) => candidate.queue_name === wanted.queue);
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

/** Where pictures were last said to come from: a domain, or null for the API; undefined when nothing tells. */
export function deployedDomain(account) {
  const variable = account.workers.api?.bindings.find(({ name }) => name === "PUBLIC_IMAGE_BASE_URL");
  const host = variable?.text ? URL.parse(variable.text)?.host : undefined;
  return account.buckets.images?.domains.find((domain) => domain === host);
}
