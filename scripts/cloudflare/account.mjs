// What of ours is on an account: looked up by name every time, so that nothing has to be remembered. Reads only.

import { CloudflareError } from "./api.mjs";

const R2_NOT_ENABLED = 10_042;

/**
 * What is not there is undefined.
 *
 * @param names as in `deploy-wanted.mjs`
 */
export async function lookAtAccount(api, accountId, names) {
  const at = `/accounts/${accountId}`;
  const [records, tasks, dead, images, inputs, consumer, apiWorker, subdomain] = await Promise.all([
    findRecords(api, at, names.records),
    findQueue(api, at, names.tasks),
    findQueue(api, at, names.dead),
    findBucket(api, at, names.images),
    findBucket(api, at, names.inputs),
    findWorker(api, at, names.consumer),
    findWorker(api, at, names.api),
    api.find(`${at}/workers/subdomain`),
  ]);
  return {
    records,
    queues: { tasks, dead },
    buckets: { images, inputs },
    workers: { consumer, api: apiWorker },
    subdomain: subdomain?.subdomain,
  };
}

async function findRecords(api, at, title) {
  const namespaces = await api.list(`${at}/storage/kv/namespaces`);
  return namespaces.find((namespace) => namespace.title === title);
}

async function findQueue(api, at, name) {
  const queues = await api.list(`${at}/queues?name=${encodeURIComponent(name)}`);
  return queues.find((queue) => queue.queue_name === name);
}

/** @returns its lifecycle rules and its domains */
async function findBucket(api, at, name) {
  const path = `${at}/r2/buckets/${name}`;
  const bucket = await api.find(path).catch(explainR2);
  if (bucket === undefined) return undefined;
  const [lifecycle, domains] = await Promise.all([api.get(`${path}/lifecycle`), api.get(`${path}/domains/custom`)]);
  return { rules: lifecycle?.rules ?? [], domains: (domains?.domains ?? []).map(({ domain }) => domain) };
}

function explainR2(error) {
  if (!(error instanceof CloudflareError) || error.code !== R2_NOT_ENABLED) throw error;
  throw new Error(
    "This account has no R2 yet. Switch it on in the dashboard (Storage & databases → R2; it asks for a means of payment, " +
      "also where it costs nothing), then run this again.",
  );
}

/** @returns what runs now: its bindings, its secrets' names, the tag it was deployed with, its limits, its address */
async function findWorker(api, at, name) {
  const path = `${at}/workers/scripts/${name}`;
  const found = await api.find(`${path}/deployments`);
  if (found === undefined) return undefined;
  const running = found.deployments?.[0]?.versions ?? [];
  const [version, secrets, address] = await Promise.all([
    running.length > 0 ? api.find(`${path}/versions/${running[0].version_id}`) : undefined,
    api.find(`${path}/secrets`),
    api.find(`${path}/subdomain`),
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

/** The zone a domain belongs to: its own name or a shorter one. */
export async function findZone(api, accountId, domain) {
  const labels = domain.split(".");
  for (let first = 0; first < labels.length - 1; first += 1) {
    const name = labels.slice(first).join(".");
    const [zone] = await api.list(`/zones?name=${name}&account.id=${accountId}`);
    if (zone) return zone.id;
  }
  return undefined;
}
