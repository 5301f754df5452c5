/**
 * What an account holds, for the stand-in of Cloudflare's API: in memory, one object per test. Builders make it fresh;
 * a test bends what it needs. No HTTP.
 */

export type Binding = { type: string; name: string; text?: string; [field: string]: unknown };

export type Version = {
  id: string;
  bindings: Binding[];
  /** Secrets are kept apart: their values are never told. */
  secrets: Map<string, string>;
  tag: string | undefined;
  limits: object | undefined;
  mainModule: string;
};

export type Worker = {
  versions: Version[];
  /** The version that runs. */
  deployed: string | undefined;
  hasAddress: boolean;
  migrationTag: string | undefined;
  /** When its handler for schedules runs. */
  crons: string[];
  assets: string[];
};

export type QueueConsumer = {
  consumer_id: string;
  type: string;
  script: string;
  settings: Record<string, unknown>;
  dead_letter_queue?: string;
};

export type Queue = { id: string; consumers: QueueConsumer[] };
export type Bucket = { rules: object[]; domains: string[]; objects: string[] };

export type Account = {
  id: string;
  name: string;
  token: string;
  /** Other accounts of the same login. */
  others: { id: string; name: string }[];
  hasR2: boolean;
  subdomain: string | undefined;
  /** Names below workers.dev that belong to others. */
  othersSubdomains: string[];
  zones: { id: string; name: string }[];
  namespaces: { id: string; title: string }[];
  queues: Map<string, Queue>;
  buckets: Map<string, Bucket>;
  workers: Map<string, Worker>;
  /** Paths whose next write fails, as in a half-made deployment. */
  failing: RegExp[];
};

export const anAccount = (): Account => ({
  id: "0123456789abcdef0123456789abcdef",
  name: "Jane's account",
  token: "token-of-jane",
  others: [],
  hasR2: true,
  subdomain: "jane",
  othersSubdomains: ["taken"],
  zones: [{ id: "zone-of-example", name: "example.com" }],
  namespaces: [],
  queues: new Map(),
  buckets: new Map(),
  workers: new Map(),
  failing: [],
});

/** A Worker of another project. */
export const aStranger = (): Worker => ({
  versions: [
    {
      id: "00000000-0000-4000-8000-000000000000",
      bindings: [{ type: "d1", name: "DB" }],
      secrets: new Map(),
      tag: undefined,
      limits: undefined,
      mainModule: "shop.js",
    },
  ],
  deployed: "00000000-0000-4000-8000-000000000000",
  hasAddress: true,
  migrationTag: undefined,
  crons: [],
  assets: [],
});

export const running = (worker: Worker | undefined): Version | undefined =>
  worker?.versions.find(({ id }) => id === worker.deployed);
