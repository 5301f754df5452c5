/**
 * Decides which of wrangler's lines a person wants to read. Requests, worker logs, reloads, warnings and errors stay;
 * the tables of bindings, repeated at every reload, go. A line that is not known here is shown.
 */
const NOISE = [
  /^\s*$/,
  /^Using secrets defined in /,
  /^\S+ has access to the following bindings:$/,
  /^Binding\s+Resource\s+Mode$/,
  /^env\.\w+ \(.*\)\s+.*\slocal( \[(not )?connected\])?$/,
  /^Service bindings, Durable Object bindings, and Tail consumers connect to other /,
  /^⎔ Starting local server/,
  /^\[wrangler:info\] Ready on /,
  /^Cloudflare collects anonymous telemetry /, // printed even when it is switched off
  /^\[wrangler:info\] GET \/ping /,
  /^\[wrangler:info\] ✨ Parsed \d+ valid header rules?\.$/,
];

/** Whether a line of wrangler is not shown. */
export function isNoise(line: string): boolean {
  return NOISE.some((pattern) => pattern.test(line));
}
