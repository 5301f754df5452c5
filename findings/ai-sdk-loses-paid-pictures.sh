#!/bin/sh
# `generateImage` of the AI SDK splits one order into several and, when one is refused, throws all pictures away.
#
# `n: 12` becomes two requests at the same moment, for 10 and for 2 (ten is what `@ai-sdk/openai-compatible` takes for
# the most of any server). If the server refuses the ten, because it makes eight at most, the two are made and paid all
# the same: their answer is read, and then dropped with the error, which holds neither them nor a trace of them. A
# caller who repeats the call pays for the two again.
#
# Installs the packages into a temporary folder; the server is on 127.0.0.1. Exit code 0: it is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 zod@4.6.7

cat >try.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";

setTimeout(() => {
  console.log("CHANGED: no end within 30 s.");
  process.exit(2);
}, 30_000).unref();

/** A picture that is easy to find in the thrown error. */
const picture = Buffer.from("a paid picture").toString("base64");
const most = 8;
const asked = [];
let delivered = 0;
let finished;
const allDelivered = new Promise((resolve) => {
  finished = resolve;
});
const server = createServer(async (request, answer) => {
  const { n } = JSON.parse(await text(request));
  asked.push(n);
  const isRefused = n > most;
  // The refusal comes last, when the others' pictures have long arrived.
  if (isRefused) await allDelivered;
  answer.writeHead(isRefused ? 400 : 200, { "content-type": "application/json" });
  const data = Array(n).fill({ b64_json: picture });
  answer.end(JSON.stringify(isRefused ? { error: { message: `n is ${n}; 1 to ${most}` } } : { created: 1, data }));
  if (isRefused) return;
  delivered += n;
  answer.on("close", () => setTimeout(finished, 200));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = createOpenAICompatible({ name: "any", baseURL, apiKey: "none" }).imageModel("any");

const outcome = await generateImage({ model, prompt: "a lighthouse", n: 12 }).then(
  ({ images }) => ({ kind: "pictures", count: images.length }),
  (error) => ({ kind: "error", name: error.name, hasPicture: inspect(error, { depth: 9 }).includes(picture) }),
);
server.closeAllConnections();
server.close();

console.log("ai 7.0.173, @ai-sdk/openai-compatible 3.0.92");
console.log(`generateImage({ n: 12 }) asked for: ${asked.toSorted((a, b) => b - a).join(" and ")}`);
console.log(`delivered by the server: ${delivered}; given to the caller: ${JSON.stringify(outcome)}`);
const isSo =
  asked.toSorted((a, b) => b - a).join() === "10,2" &&
  delivered === 2 &&
  outcome.kind === "error" &&
  outcome.hasPicture === false;
console.log(isSo ? "Still so: the delivered pictures are lost." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node try.mjs
