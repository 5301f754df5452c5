/** Reads a wrangler file. The parser is the one wrangler itself uses; loading all of wrangler for it takes a second. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";

type Entry = Record<string, unknown>;

/** The fields of a wrangler file that the scripts read or change; others pass through. */
export type WranglerConfig = {
  name?: string;
  account_id?: string;
  vars?: Record<string, string | undefined>;
  limits?: Entry;
  workers_dev?: boolean;
  preview_urls?: boolean;
  route?: Route;
  routes?: Route[];
  kv_namespaces?: (Entry & { binding: string; id: string })[];
  r2_buckets?: (Entry & { binding: string; bucket_name: string })[];
  queues?: { producers?: (Entry & { binding: string; queue: string })[]; consumers?: WranglerQueueConsumer[] };
  durable_objects?: Entry & { bindings?: Entry[] };
  ratelimits?: (Entry & { namespace_id: string })[];
  main?: string;
  base_dir?: string;
  tsconfig?: string;
  $schema?: unknown;
  secrets?: unknown;
  assets?: { directory?: string; [field: string]: unknown };
  build?: { cwd?: string; watch_dir?: string | string[]; [field: string]: unknown };
  [field: string]: unknown;
};

type Route = string | { pattern: string; custom_domain?: boolean };

export type WranglerQueueConsumer = Entry & {
  queue: string;
  max_batch_size?: number;
  /** In seconds. */
  max_batch_timeout?: number;
  max_retries?: number;
  retry_delay?: number;
  dead_letter_queue?: string;
};

/** The configuration in a wrangler file. @throws Error with file, line and column when it is not TOML. */
export function readWranglerFile(file: string): WranglerConfig {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${path.basename(file)} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
