#!/bin/sh
# The request option `idempotencyKey` of the `openai` package is not sent to the server.
#
# It is a documented, typed option of every request ("a unique key for this request to enable idempotency"), so a caller
# that sets it relies on safe repeats. The name of the header is a property of the client that the package leaves unset;
# while it is unset, the key is dropped silently, and the automatic retries after a 500 have none either. The header
# `headers: { "Idempotency-Key": … }` is sent.
#
# Installs the package into a temporary folder; the server is on 127.0.0.1. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error openai@7.57.0

cat >probe.mjs <<'JS'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import OpenAI from "openai";

setTimeout(() => {
  console.log("CHANGED: timed out after 30 s.");
  process.exit(2);
}, 30_000).unref();

/** The first attempt of each call fails with 500, so that its retry is recorded too. */
const requests = [];
const server = createServer((request, answer) => {
  requests.push(request.headers);
  const isFirst = request.headers["x-stainless-retry-count"] === "0";
  answer.writeHead(isFirst ? 500 : 200, { "content-type": "application/json", "retry-after-ms": "10" });
  answer.end(JSON.stringify(isFirst ? { error: { message: "try again" } } : { created: 1, data: [{ url: "x" }] }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = new OpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}/v1` });
const body = { model: "any", prompt: "a lighthouse" };

/** @returns for each request of the call, true when a header holds the key. */
async function sent(options) {
  requests.length = 0;
  await client.images.generate(body, options);
  return requests.map((headers) => Object.values(headers).includes("order-7"));
}
const byOption = await sent({ idempotencyKey: "order-7" });
const byHeader = await sent({ headers: { "Idempotency-Key": "order-7" } });
server.close();

const types = readFileSync("node_modules/openai/internal/request-options.d.ts", "utf8");
const isTyped = /idempotencyKey\?: string/.test(types);
console.log(`openai 7.57.0: the option is in the package's types: ${isTyped}`);
console.log(`{ idempotencyKey: "order-7" }                 in the request and its retry: ${byOption}`);
console.log(`{ headers: { "Idempotency-Key": "order-7" } } in the request and its retry: ${byHeader}`);
const isSo = isTyped && byOption.join() === "false,false" && byHeader.join() === "true,true";
console.log(isSo ? "Unchanged: the option is dropped, the header is sent." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
