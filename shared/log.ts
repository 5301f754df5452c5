/**
 * One JSON line per event, on standard output, where Workers Logs and `wrangler tail` pick it up.
 * Whatever looks like a session is cut out of every text, so that a careless caller still leaks nothing.
 */
type Level = "info" | "warn" | "error";

/** Fields are named like the code's own words: task, step, order, code, ret. An Error gives its message and stack. */
export function log(level: Level, event: string, fields: Record<string, unknown> = {}): void {
  const line = JSON.stringify({ level, event, ...fields }, (_key, value) => printable(value));
  console[level](line);
}

function printable(value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: redact(value.message), stack: redact(value.stack ?? "") };
  return typeof value === "string" ? redact(value) : value;
}

/** Cuts session cookies, authorization values and bare 32-hex session ids out of a text. */
export function redact(text: string): string {
  return text
    .replace(/((?:sessionid(?:_ss)?|sid_tt|sid_guard|uid_tt(?:_ss)?)["']?\s*[=:]\s*["']?)[^;,"'\s&]+/gi, "$1[removed]")
    .replace(/(authorization["']?\s*[=:]\s*["']?|bearer\s+)(?:bearer\s+)?[^;"'\s]+/gi, "$1[removed]")
    .replace(/\b(?:(?:us|hk|jp|sg)-)?[0-9a-f]{32}\b/gi, "[removed]");
}
