#!/bin/sh
# The request option `idempotencyKey` of the `openai` package never reaches the server.
#
# It is a documented, typed option of every request ("a unique key for this request to enable idempotency"), so a caller
# who sets it believes that a repeated call is safe. The header's name is a property of the client that the package
# leaves unset; while it is unset, the key is dropped without a word, and the automatic retries after a 500 carry none
# either. What does arrive is `headers: { "Idempotency-Key": … }`.
#
# Installs the package into a temporary folder; the server is on 127.0.0.1. Exit code 0: it is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error openai@7.57.0

cat >try.mjs <<'JS'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import OpenAI from "openai";

setTimeout(() => {
  console.log("CHANGED: no end within 30 s.");
  process.exit(2);
}, 30_000).unref();

/** Every first try of a call fails with 500, so that the retry is seen too. */
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

/** @returns for each request of the call, whether the key was anywhere in its headers. */
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
console.log(isSo ? "Still so: the option is dropped, the header is sent." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node try.mjs
