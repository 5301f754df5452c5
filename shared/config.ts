/**
 * Parses the settings of a Worker's environment into numbers, lists and unions. Every default is here. An invalid value
 * stops the Worker with an error that names the setting. docs/configuration.md lists them all.
 */
import * as z from "zod";
import { AppError } from "./errors.ts";
import { splitSessions } from "./session-text.ts";

const secretKeyBytes = 32;

const isKey = (text: string) => /^[A-Za-z0-9+/_-]{43}=?$/.test(text);

/** An empty setting counts as unset: wrangler files cannot leave a var out. */
const setting = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema);

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const origin = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .transform((url) => url.replace(/\/+$/, ""));

const mustBeObject = { error: "must be a JSON object" };

/** The parsed text. Text that is not JSON is returned as it is; the schema then refuses it. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const settings = {
  /** Encrypts sessions and makes owner ids. The same in both Workers. */
  SECRET_KEY: z
    .string({ error: "is missing" })
    .refine(isKey, `must be ${secretKeyBytes} random bytes as base64url (43 characters)`),
  /** The previous key, while data made with it is in use: `npm run rotate-key`. */
  PREVIOUS_SECRET_KEY: setting(
    z.string().refine(isKey, `must be ${secretKeyBytes} random bytes as base64url (43 characters)`).optional(),
  ),
  /** SHA-256 of each key that may use the server's sessions, as hex, separated by commas. */
  API_KEYS: setting(z.string().default("")).transform((text, context) => {
    const hashes = listOf(text).map((hash) => hash.toLowerCase());
    if (!hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
      context.addIssue("must be SHA-256 hashes of keys, as `npm run api-key` prints them");
    }
    return hashes;
  }),
  /** SHA-256 of the key for administration, as hex; unset: there is none. */
  ADMIN_KEY_HASH: setting(
    z
      .string()
      .transform((text) => text.trim().toLowerCase())
      .refine((text) => /^[0-9a-f]{64}$/.test(text), "must be the SHA-256 hash of a key, as hex")
      .optional(),
  ),
  /** Whether the administrator sees the prompts of tasks under way. */
  ADMIN_SEES_PROMPTS: setting(z.enum(["true", "false"]).default("false")).transform((text) => text === "true"),
  /** Whether an API key is required, and callers' own sessions are refused. */
  API_KEYS_ONLY: setting(z.enum(["true", "false"]).default("false")).transform((text) => text === "true"),
  /** Sessions and keys for callers with an API key, in the form of the Authorization header. */
  DEFAULT_CREDENTIALS: setting(z.string().default("")).transform(splitSessions),
  /** The former name of DEFAULT_CREDENTIALS, read where that is empty. */
  DEFAULT_SESSIONS: setting(z.string().default("")).transform(splitSessions),
  /**
   * Whether to read the public address from X-Forwarded-Proto and X-Forwarded-Host: only behind a proxy that sets both.
   */
  TRUST_PROXY: setting(z.enum(["true", "false"]).default("false")).transform((text) => text === "true"),
  /** Public address of the images; unset: /images of the API. */
  PUBLIC_IMAGE_BASE_URL: setting(origin.optional()),
  /** Origin for every upstream call, with the real host as the first path segment; unset: the real Dreamina. */
  UPSTREAM_ORIGIN: setting(origin.optional()),
  /**
   * Replaces built-in facts about the upstream, as one JSON object; `shared/upstreams/dreamina` checks its fields. In a wrangler
   * file it may be a table.
   */
  UPSTREAM_OVERRIDES: setting(z.preprocess(jsonOf, z.record(z.string(), z.unknown(), mustBeObject).optional())),
  /** Jobs one session runs at once. */
  SESSION_CONCURRENCY: setting(z.coerce.number().int().min(1).max(100).default(4)),
  /** Paid calls that one key has in the air at once. */
  ARK_CONCURRENCY: setting(z.coerce.number().int().min(1).max(100).default(8)),
  /** How long the answer of a paid call is waited for: 77 to 130 s for the slowest model (clients, 2026). */
  ARK_CALL_TIMEOUT_SECONDS: setting(z.coerce.number().int().min(10).max(600).default(300)),
  /** Outgoing calls of one consumer invocation: 50 on the free plan, less a few for redirects. */
  CALLS_PER_INVOCATION: setting(z.coerce.number().int().min(10).max(9_000).default(45)),
  /** Seconds between two polls of a watched job that may be done; three times that for an unwatched one. */
  LOOK_PACE_SECONDS: setting(z.coerce.number().int().min(1).max(60).default(1)),
  /** Whether the coordinator's alarm starts due orders itself while a caller waits; without it, all goes by the queue. */
  FAST_PATH: setting(z.enum(["true", "false"]).default("true")).transform((text) => text === "true"),
  /** How long the upstream may take after it accepted a task. */
  TASK_TIMEOUT_MINUTES: setting(z.coerce.number().positive().max(1440).default(30)),
  /** How long a task may wait for a slot. */
  TASK_MAX_WAIT_HOURS: setting(z.coerce.number().positive().max(168).default(24)),
  /** One origin that webhooks may call although it is not on the public internet: for development on one machine. */
  WEBHOOK_EXEMPT_ORIGIN: setting(
    z
      .url({ protocol: /^https?$/, error: "must be an http or https origin" })
      .transform((url) => new URL(url).origin)
      .optional(),
  ),
  /** How long KV keeps the record of a task. */
  TASK_TTL_DAYS: setting(z.coerce.number().positive().max(3650).default(30)),
  /** Whether a task's request is kept, sealed for its caller, as long as its record. */
  KEEP_PROMPTS: setting(z.enum(["true", "false"]).default("true")).transform((text) => text === "true"),
  /** How long an identical request without an Idempotency-Key joins the task of the previous one; 0: never. */
  JOIN_WINDOW_SECONDS: setting(z.coerce.number().min(0).max(300).default(5)),
  /** Origins whose pages may call the API: `*`, or a list separated by commas. */
  CORS_ORIGINS: setting(z.string().default("*")).transform((text) => {
    const origins = listOf(text).map((part) => part.replace(/\/$/, ""));
    return origins.includes("*") ? ("*" as const) : origins;
  }),
};

export const settingNames = Object.keys(settings) as (keyof typeof settings)[];

const apiSchema = z.object({
  SECRET_KEY: settings.SECRET_KEY,
  PREVIOUS_SECRET_KEY: settings.PREVIOUS_SECRET_KEY,
  API_KEYS: settings.API_KEYS,
  API_KEYS_ONLY: settings.API_KEYS_ONLY,
  ADMIN_KEY_HASH: settings.ADMIN_KEY_HASH,
  ADMIN_SEES_PROMPTS: settings.ADMIN_SEES_PROMPTS,
  DEFAULT_CREDENTIALS: settings.DEFAULT_CREDENTIALS,
  DEFAULT_SESSIONS: settings.DEFAULT_SESSIONS,
  TRUST_PROXY: settings.TRUST_PROXY,
  PUBLIC_IMAGE_BASE_URL: settings.PUBLIC_IMAGE_BASE_URL,
  UPSTREAM_ORIGIN: settings.UPSTREAM_ORIGIN,
  UPSTREAM_OVERRIDES: settings.UPSTREAM_OVERRIDES,
  WEBHOOK_EXEMPT_ORIGIN: settings.WEBHOOK_EXEMPT_ORIGIN,
  TASK_TTL_DAYS: settings.TASK_TTL_DAYS,
  KEEP_PROMPTS: settings.KEEP_PROMPTS,
  JOIN_WINDOW_SECONDS: settings.JOIN_WINDOW_SECONDS,
  CORS_ORIGINS: settings.CORS_ORIGINS,
});

const consumerSchema = z.object({
  SECRET_KEY: settings.SECRET_KEY,
  PREVIOUS_SECRET_KEY: settings.PREVIOUS_SECRET_KEY,
  UPSTREAM_ORIGIN: settings.UPSTREAM_ORIGIN,
  UPSTREAM_OVERRIDES: settings.UPSTREAM_OVERRIDES,
  CALLS_PER_INVOCATION: settings.CALLS_PER_INVOCATION,
  LOOK_PACE_SECONDS: settings.LOOK_PACE_SECONDS,
  FAST_PATH: settings.FAST_PATH,
  SESSION_CONCURRENCY: settings.SESSION_CONCURRENCY,
  ARK_CONCURRENCY: settings.ARK_CONCURRENCY,
  ARK_CALL_TIMEOUT_SECONDS: settings.ARK_CALL_TIMEOUT_SECONDS,
  TASK_TIMEOUT_MINUTES: settings.TASK_TIMEOUT_MINUTES,
  TASK_MAX_WAIT_HOURS: settings.TASK_MAX_WAIT_HOURS,
  WEBHOOK_EXEMPT_ORIGIN: settings.WEBHOOK_EXEMPT_ORIGIN,
});

export type ApiConfig = z.infer<typeof apiSchema>;
export type ConsumerConfig = z.infer<typeof consumerSchema>;

/** @throws AppError `internal`, naming every setting at fault. */
export const apiConfig = (env: object): ApiConfig => parse(apiSchema, env);
/** @throws AppError `internal`, naming every setting at fault. */
export const consumerConfig = (env: object): ConsumerConfig => parse(consumerSchema, env);

function parse<T extends z.ZodType>(schema: T, env: object): z.infer<T> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new AppError("internal", `This server is not configured correctly: ${faults.join("; ")}.`);
}
