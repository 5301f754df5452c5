/**
 * The wanted names and configurations, from the project's wrangler files and the choices made for this
 * deployment. The wrangler files stay as they are, so that an update of the project meets no local change. No I/O.
 */
import { createHash } from "node:crypto";
import type { Names } from "#scripts/cloudflare/account.ts";
import { movedConfig } from "#scripts/start/run-config.ts";
import type { WranglerConfig } from "#scripts/wrangler/file.ts";
import { apiOn, consumerOn, type Plan } from "./plans.ts";

/** The Workers in the order of their deployment. */
export const WORKERS = ["consumer", "api"] as const;
export type WorkerName = (typeof WORKERS)[number];
export type Configs = Record<WorkerName, WranglerConfig>;

/** The first word of every name in the wrangler files. */
export const DEFAULT_NAME = "dreamina";

/** A configuration in which every name begins with another word. */
export function renamed(config: WranglerConfig, name: string): WranglerConfig {
  if (name === DEFAULT_NAME) return config;
  const own = (text: string) => text.replace(new RegExp(`^${DEFAULT_NAME}(?=-)`), name);
  const inEach = <Entry extends Record<string, unknown>>(entries: Entry[] = [], ...keys: (keyof Entry & string)[]) =>
    entries.map((entry): Entry => {
      const texts = keys.flatMap((key) => (typeof entry[key] === "string" ? [[key, own(entry[key])]] : []));
      return { ...entry, ...Object.fromEntries(texts) };
    });
  const { queues, durable_objects: objects, vars = {} } = config;
  return {
    ...config,
    name: own(nameOf(config)),
    kv_namespaces: inEach(config.kv_namespaces, "id"),
    r2_buckets: inEach(config.r2_buckets, "bucket_name"),
    queues: {
      producers: inEach(queues?.producers, "queue"),
      ...(queues?.consumers && { consumers: inEach(queues.consumers, "queue", "dead_letter_queue") }),
    },
    durable_objects: { ...objects, bindings: inEach(objects?.bindings, "script_name") },
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

const nameOf = ({ name, main }: WranglerConfig) => present(name, `name of ${main}`);

/** @throws Error when a wrangler file lacks what every deployment needs */
function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`A wrangler file lacks the ${what}. The project's own files have it.`);
  return value;
}

const numberOf = (...texts: string[]) => String(createHash("sha256").update(texts.join("\n")).digest().readUInt32BE());

/**
 * Names on the account. The wrangler files hold the namespace's title in place of its id, which is looked up by title.
 */
export function namesIn({ api, consumer }: Configs): Names {
  const bound = <Entry extends { binding: string }>(entries: Entry[] | undefined, wanted: string) =>
    present(
      entries?.find(({ binding }) => binding === wanted),
      `binding ${wanted}`,
    );
  return {
    api: nameOf(api),
    consumer: nameOf(consumer),
    records: bound(consumer.kv_namespaces, "TASKS").id,
    images: bound(consumer.r2_buckets, "IMAGES").bucket_name,
    inputs: bound(consumer.r2_buckets, "INPUTS").bucket_name,
    tasks: bound(consumer.queues?.producers, "TASK_QUEUE").queue,
    dead: present(consumer.vars?.DEAD_LETTER_QUEUE, "setting DEAD_LETTER_QUEUE"),
  };
}

type Wanted = {
  names: Pick<Names, "tasks">;
  plan: Plan;
  /** Null: the API serves the images. */
  imagesDomain: string | null;
  accountId: string;
  /** Undefined before the namespace exists. */
  recordsId: string | undefined;
};

/** The configurations to deploy, the same on every machine. */
export function wantedConfigs({ api, consumer }: Configs, wanted: Wanted): Configs {
  const { names, plan, imagesDomain, accountId, recordsId } = wanted;
  const onAccount = (config: WranglerConfig): WranglerConfig => ({
    ...config,
    account_id: accountId,
    kv_namespaces: (config.kv_namespaces ?? []).map((entry) =>
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

/**
 * The same, readable from any folder. Unlike a local run it keeps the list of secrets: a missing one stops a
 * deployment.
 */
export function configFile(config: WranglerConfig, root: string): string {
  const { secrets } = config;
  return `${JSON.stringify({ ...movedConfig(config, root), ...(secrets !== undefined && { secrets }) }, null, 2)}\n`;
}

/** Where the API answers: its own domain if its wrangler file names one, else below workers.dev. */
export function publicUrl(api: WranglerConfig, subdomain: string | undefined): string {
  const own = [api.routes ?? api.route ?? []].flat().find((route) => typeof route !== "string" && route.custom_domain);
  return typeof own === "object" ? `https://${own.pattern}` : `https://${api.name}.${subdomain}.workers.dev`;
}
