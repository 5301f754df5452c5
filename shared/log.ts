/**
 * The log: one JSON line per event on standard output, for Workers Logs and `wrangler tail`. Everything that looks like
 * a session is removed from every text.
 */
type Level = "info" | "warn" | "error";

/**
 * Logs an event. Field names are the code's own: task, step, order, code, ret. Of an Error it logs message and stack.
 */
export function log(level: Level, event: string, fields: Record<string, unknown> = {}): void {
  const line = JSON.stringify({ level, event, ...fields }, (_key, value) => printable(value));
  console[level](line);
}

function printable(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return { name, message: redact(message), stack: redact(stack ?? ""), ...(cause !== undefined && { cause }) };
  }
  return typeof value === "string" ? redact(value) : value;
}

const cookies = "sessionid(?:_ss)?|sid_tt|sid_guard|uid_tt(?:_ss)?";
const cookieValue = new RegExp(`((?:${cookies})["']?\\s*(?:[=:]|%3D)\\s*["']?)[^;,"'\\s&]+`, "gi");
/** The whole list of credentials after the word, in any form. */
const credentials =
  /((?:authorization|api-key)(?:["']?\s*[=:]\s*["']?|["']\s*,\s*["'])|bearer\s+)(?:bearer\s+)?[^;"'\s,]+(?:\s*,\s*[^;"'\s,]+)*/gi;
/** A session id is 32 hex characters; uuids and hashes of other lengths stay readable. */
const bareSession = /(?:(?:us|hk|jp|sg)-)?(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi;
const encodedSession = /(?<=%[0-9a-f]{2})[0-9a-f]{32}(?![0-9a-f])/gi;

/** What opens a signed link to an image: parameters of the buckets of both upstreams and of Amazon's form. */
const signature = /([?&](?:amp;)?(?:x-(?:tos|amz)-[\w-]+|x-signature|signature|sign)=)[^&\s"'<>\\]+/gi;

/** A key of a cloud, with the cloud in front or as its console shows it. A masked one has no 20 characters in a row. */
const cloudKey = /((?<![A-Za-z0-9-])ark-)(?:(?:cn|ap|eu)-)?[A-Za-z0-9-]{20,128}/gi;

/** Replaces signatures of links, keys of clouds, session cookies, authorization values and bare 32-hex session ids in a text by `[removed]`. */
export function redact(text: string): string {
  return text
    .replace(signature, "$1[removed]")
    .replace(cloudKey, "$1[removed]")
    .replace(cookieValue, "$1[removed]")
    .replace(credentials, "$1[removed]")
    .replace(encodedSession, "[removed]")
    .replace(bareSession, "[removed]");
}
