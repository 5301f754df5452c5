// What is to be on the account: names and configurations, from the project's wrangler files and the choices made for this
// deployment. The wrangler files stay as they are, so that no update of the project meets a change of ours. No I/O.

import { createHash } from "node:crypto";
import { movedConfig } from "#scripts/start/run-config.mjs";
import { apiOn, consumerOn } from "./plans.mjs";

/** What every name in the wrangler files begins with. */
export const DEFAULT_NAME = "dreamina";

/** A configuration in which every name begins with another word. */
export function renamed(config, name) {
  const own = (text) => text.replace(new RegExp(`^${DEFAULT_NAME}(?=-)`), name);
  const inEach = (entries, ...keys) =>
    entries?.map((entry) => ({
      ...entry,
      ...Object.fromEntries(keys.filter((key) => entry[key] !== undefined).map((key) => [key, own(entry[key])])),
    }));
  const { queues, durable_objects: objects, vars = {} } = config;
  if (name === DEFAULT_NAME) return config;
  return {
    ...config,
    name: own(config.name),
    kv_namespaces: inEach(config.kv_namespaces, "id"),
    r2_buckets: inEach(config.r2_buckets, "bucket_name"),
    queues: {
      producers: inEach(queues.producers, "queue"),
      ...(queues.consumers && { consumers: inEach(queues.consumers, "queue", "dead_letter_queue") }),
    },
    durable_objects: { ...objects, bindings: inEach(objects.bindings, "script_name") },
    // Counters are shared by all Workers of an account whose number is the same.
    ...(config.ratelimits && {
      ratelimits: config.ratelimits.map((limit) => ({ ...limit, namespace_id: numberOf(name, limit.namespace_id) })),
    }),
    vars: {
      ...vars,
      ...(vars.DEAD_LETTER_QUEUE !== undefined && { DEAD_LETTER_QUEUE: own(vars.DEAD_LETTER_QUEUE) }),
    },
  };
}

const numberOf = (...texts) => String(createHash("sha256").update(texts.join("\n")).digest().readUInt32BE());

/** Names on the account. The wrangler files hold the namespace's title where its id belongs: it is looked up by that. */
export function namesIn({ api, consumer }) {
  const bucket = (binding) => consumer.r2_buckets.find((entry) => entry.binding === binding).bucket_name;
  return {
    api: api.name,
    consumer: consumer.name,
    records: consumer.kv_namespaces.find(({ binding }) => binding === "TASKS").id,
    images: bucket("IMAGES"),
    inputs: bucket("INPUTS"),
    tasks: consumer.queues.producers.find(({ binding }) => binding === "TASK_QUEUE").queue,
    dead: consumer.vars.DEAD_LETTER_QUEUE,
  };
}

/**
 * The configurations to deploy, the same on every machine.
 *
 * @param imagesDomain null: pictures come from the API
 * @param recordsId undefined while there is no namespace yet
 */
export function wantedConfigs({ api, consumer }, { names, plan, imagesDomain, accountId, recordsId }) {
  const onAccount = (config) => ({
    ...config,
    account_id: accountId,
    kv_namespaces: config.kv_namespaces.map((entry) =>
      entry.binding === "TASKS" ? { ...entry, id: recordsId ?? entry.id } : entry,
    ),
    // A preview of a version would be a second address with the same secrets.
    preview_urls: config.preview_urls ?? false,
  });
  const images = imagesDomain === null ? {} : { PUBLIC_IMAGE_BASE_URL: `https://${imagesDomain}` };
  return {
    api: onAccount({
      ...apiOn(plan, api),
      workers_dev: api.workers_dev ?? true,
      vars: { ...api.vars, ...images },
    }),
    consumer: onAccount(consumerOn(plan, consumer, names.tasks)),
  };
}

/** The same, readable from any folder. Unlike a local run it keeps the list of secrets: a missing one stops a deployment. */
export function configFile(config, root) {
  const { secrets } = config;
  return `${JSON.stringify({ ...movedConfig(config, root), ...(secrets && { secrets }) }, null, 2)}\n`;
}

/** Where the API answers: its own domain if its wrangler file names one, else below workers.dev. */
export function publicUrl(api, subdomain) {
  const own = [api.routes ?? api.route ?? []].flat().find((route) => route.custom_domain === true);
  return own ? `https://${own.pattern}` : `https://${api.name}.${subdomain}.workers.dev`;
}
