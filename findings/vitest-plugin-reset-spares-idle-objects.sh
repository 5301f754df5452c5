#!/bin/sh
# `reset()` of Cloudflare's Vitest plugin leaves the data of Durable Objects that do not run at that moment.
#
# Its description says that it deletes all data of all bindings, for use between tests. An object that the test has evicted
# or that was aborted, and that nothing has called since, keeps its rows and its alarm, and the next test that uses the
# name finds them. Nothing is reported. An object that is woken before, for example by `runInDurableObject` with an empty
# function, is cleared like those that run.
#
# Installs the plugin with its runtime and a Node for it into a temporary folder. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error vitest@5.1.1 @cloudflare/vitest-plugin@1.4.10 workerd@1.20261023.1 node@24.21.0

cat >worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";
export class Shelf extends DurableObject {
  put() {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS books (title TEXT)");
    this.ctx.storage.sql.exec("INSERT INTO books VALUES ('one')");
    return this.ctx.storage.setAlarm(Date.now() + 3_600_000);
  }
  async left() {
    const tables = this.ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'books'").toArray().length;
    return { tables, hasAlarm: (await this.ctx.storage.getAlarm()) !== null };
  }
}
export default { fetch: () => new Response("unused") };
JS
cat >wrangler.json <<'JSON'
{
  "name": "shelf",
  "main": "worker.js",
  "compatibility_date": "2026-10-20",
  "durable_objects": { "bindings": [{ "name": "SHELF", "class_name": "Shelf" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Shelf"] }]
}
JSON
cat >vitest.config.mjs <<'JS'
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
export default defineConfig({ plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })] });
JS
cat >reset.test.mjs <<'JS'
import { abortAllDurableObjects, evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

const before = {
  running: async () => {},
  evicted: (object) => evictDurableObject(object),
  aborted: () => abortAllDurableObjects(),
  "evicted, then woken": async (object) => {
    await evictDurableObject(object);
    await runInDurableObject(object, () => {});
  },
};

it("what reset leaves", async () => {
  const left = {};
  for (const [state, happen] of Object.entries(before)) {
    await env.SHELF.getByName(state).put();
    await happen(env.SHELF.getByName(state));
    await reset();
    left[state] = await env.SHELF.getByName(state).left();
  }
  console.log(`@cloudflare/vitest-plugin 1.4.10, left after reset(): ${JSON.stringify(left)}`);
  const all = { tables: 1, hasAlarm: true };
  const nothing = { tables: 0, hasAlarm: false };
  expect(left).toEqual({ running: nothing, evicted: all, aborted: all, "evicted, then woken": nothing });
});
JS
if node_modules/node/bin/node node_modules/vitest/vitest.mjs run; then
  echo "UNCHANGED: only objects that run are cleared."
else
  echo "CHANGED."
  exit 1
fi
