#!/bin/sh
# A Durable Object stays awake until the time of an `AbortSignal.timeout` is over, although the call has long ended.
#
# `fetch(url, { signal: AbortSignal.timeout(ms) })` leaves a timer behind when the answer is there, as `setTimeout` without
# `clearTimeout` does. An object with a timer neither hibernates nor can be evicted, and an object that is awake is billed
# by its time. One call that answers in a second and had a limit of five minutes so costs five minutes of the object.
# The same is reported for plain Workers, where only the wall time shows it (cloudflare/workerd, issue 4936).
# An AbortController whose timer is cleared after the call costs nothing more.
#
# `evictDurableObject` waits until the object is idle: its time shows how long the object is kept awake.
#
# Installs the test plugin with its runtime and a Node for it into a temporary folder; no request leaves the runtime.
# Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error vitest@5.1.1 @cloudflare/vitest-plugin@1.4.10 workerd@1.20261023.1 node@24.21.0

cat >worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";
const limitMs = 5000;
export class Caller extends DurableObject {
  async withSignal() {
    return (await fetch("http://upstream.test/", { signal: AbortSignal.timeout(limitMs) })).text();
  }
  async withController() {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), limitMs);
    try {
      return await (await fetch("http://upstream.test/", { signal: controller.signal })).text();
    } finally {
      clearTimeout(timer);
    }
  }
}
export default { fetch: () => new Response("unused") };
JS
cat >wrangler.json <<'JSON'
{
  "name": "caller",
  "main": "worker.js",
  "compatibility_date": "2026-10-20",
  "durable_objects": { "bindings": [{ "name": "CALLER", "class_name": "Caller" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Caller"] }]
}
JSON
cat >vitest.config.mjs <<'JS'
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
const miniflare = { outboundService: () => new Response("an answer") };
export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" }, miniflare })],
  test: { testTimeout: 60_000 },
});
JS
cat >awake.test.mjs <<'JS'
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

it("time until the object is idle", async () => {
  const seconds = {};
  for (const way of ["withSignal", "withController"]) {
    const object = env.CALLER.getByName(way);
    expect(await object[way]()).toBe("an answer");
    const begun = Date.now();
    await evictDurableObject(object);
    seconds[way] = (Date.now() - begun) / 1000;
  }
  console.log(`workerd 1.20261023.1, limit of the call 5 s, idle after: ${JSON.stringify(seconds)}`);
  expect(seconds.withSignal).toBeGreaterThan(4);
  expect(seconds.withController).toBeLessThan(2);
});
JS
if node_modules/node/bin/node node_modules/vitest/vitest.mjs run; then
  echo "UNCHANGED: the object is awake until the limit is over."
else
  echo "CHANGED."
  exit 1
fi
