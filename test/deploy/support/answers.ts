/** Cloudflare's envelope, and the refusals the stand-in knows, with the numbers wrangler looks for. */
import type { Context } from "hono";

export const ok = (c: Context, result: unknown, info?: object) =>
  c.json({ success: true, errors: [], messages: [], result, ...(info && { result_info: info }) });

export const page = (c: Context, entries: unknown[]) =>
  ok(c, c.req.query("page") === undefined || c.req.query("page") === "1" ? entries : [], {
    page: Number(c.req.query("page") ?? 1),
    per_page: Math.max(20, entries.length),
    count: entries.length,
    total_count: entries.length,
    total_pages: 1,
  });

const refusals = {
  authentication: [403, 10_000, "Authentication error"],
  noWorker: [404, 10_007, "This Worker does not exist on your account."],
  noSubdomain: [404, 10_007, "You do not have a workers.dev subdomain."],
  subdomainFree: [404, 10_032, "subdomain not found"],
  subdomainTaken: [409, 10_031, "That subdomain is unavailable"],
  noR2: [403, 10_042, "Please enable R2 through the Cloudflare Dashboard."],
  noBucket: [404, 10_006, "The specified bucket does not exist."],
  bucketExists: [409, 10_004, "The bucket you tried to create already exists, and you own it."],
  bucketFull: [409, 10_008, "The bucket you tried to delete is not empty."],
  namespaceExists: [400, 10_014, "a namespace with this account ID and title already exists"],
  noNamespace: [404, 10_013, "namespace not found"],
  queueExists: [409, 11_009, "Queue name is already taken"],
  noQueue: [404, 11_000, "Queue does not exist"],
  queueHasConsumer: [400, 11_004, "Queue already has a consumer"],
  readsQueue: [400, 10_064, "script still in use as a consumer for a queue"],
  bound: [400, 10_214, "Could not delete script: another Worker is bound to its Durable Object"],
  badBinding: [400, 10_021, "a binding refers to what does not exist"],
  broken: [400, 10_001, "An unknown error has occurred"],
} as const;

export type Refusal = keyof typeof refusals;

export function refuse(c: Context, refusal: Refusal, detail = "") {
  const [status, code, message] = refusals[refusal];
  return c.json({ success: false, errors: [{ code, message: message + detail }], messages: [], result: null }, status);
}
