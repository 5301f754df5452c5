#!/bin/sh
# A route of `@hono/zod-openapi` that declares `application/jsonl` answers 415 to exactly this type.
#
# A batch is JSON lines (`application/jsonl`, as OpenAI's Batch API has them). The library decides by
# `/^application\/([a-z-\.]+\+)?json/`, which has no end, that the declared type is JSON, and then wants a Content-Type of
# JSON, by an expression that has one: lines that are sent as declared are refused before the handler runs. The same
# route with `application/x-ndjson` works, and so does a declared type without a zod schema.
#
# Installs the packages into a temporary folder; nothing is sent over a network. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @hono/zod-openapi@1.6.3 hono@4.13.19 zod@4.6.7

cat >probe.mjs <<'JS'
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";

const lines = '{"custom_id":"a","prompt":"a boat"}\n{"custom_id":"b","prompt":"a house"}\n';

/** What a route that declares this type with this schema answers to lines that are sent as this type. */
async function answerWith(type, schema) {
  const app = new OpenAPIHono();
  const request = { body: { content: { [type]: { schema } } } };
  const responses = { 200: { description: "How many lines arrived" } };
  const route = createRoute({ method: "post", path: "/", request, responses });
  app.openapi(route, async (c) => c.text(`${(await c.req.text()).trim().split("\n").length} lines`));
  const answer = await app.request("/", { method: "POST", headers: { "content-type": type }, body: lines });
  return `${answer.status} ${await answer.text()}`;
}

const seen = {
  "application/jsonl": await answerWith("application/jsonl", z.string()),
  "application/x-ndjson": await answerWith("application/x-ndjson", z.string()),
  "application/jsonl, without zod": await answerWith("application/jsonl", { type: "string" }),
};
const expected = {
  "application/jsonl": "415 Unsupported Media Type",
  "application/x-ndjson": "200 2 lines",
  "application/jsonl, without zod": "200 2 lines",
};
console.log("@hono/zod-openapi 1.6.3, hono 4.13.19; declared and sent:");
for (const [name, answer] of Object.entries(seen)) console.log(`${name}: ${answer}`);
const isUnchanged = JSON.stringify(seen) === JSON.stringify(expected);
console.log(isUnchanged ? "Unchanged." : "CHANGED.");
process.exit(isUnchanged ? 0 : 1);
JS
node probe.mjs
