#!/bin/sh
# `generateImage` of the AI SDK splits one call into several requests and discards all images when one is refused.
#
# `n: 12` becomes two concurrent requests, for 10 and for 2 (`@ai-sdk/openai-compatible` assumes a maximum of ten for
# any server). If the server refuses the ten because its maximum is eight, the two are still made and paid for: their
# answer is read and then discarded with the error, which does not contain them. A caller that repeats the call pays for
# the two again.
#
# Installs the packages into a temporary folder; the server is on 127.0.0.1. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 zod@4.6.7

cat >probe.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";

setTimeout(() => {
  console.log("CHANGED: timed out after 30 s.");
  process.exit(2);
}, 30_000).unref();

/** An image that is easy to find in the thrown error. */
const image = Buffer.from("a paid image").toString("base64");
const maxImages = 8;
const asked = [];
let delivered = 0;
let finished;
const allDelivered = new Promise((resolve) => {
  finished = resolve;
});
const server = createServer(async (request, answer) => {
  const { n } = JSON.parse(await text(request));
  asked.push(n);
  const isRefused = n > maxImages;
  // The refusal is sent last, after the other images have arrived.
  if (isRefused) await allDelivered;
  answer.writeHead(isRefused ? 400 : 200, { "content-type": "application/json" });
  const data = Array(n).fill({ b64_json: image });
  answer.end(JSON.stringify(isRefused ? { error: { message: `n is ${n}; 1 to ${maxImages}` } } : { created: 1, data }));
  if (isRefused) return;
  delivered += n;
  answer.on("close", () => setTimeout(finished, 200));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = createOpenAICompatible({ name: "any", baseURL, apiKey: "none" }).imageModel("any");

const outcome = await generateImage({ model, prompt: "a lighthouse", n: 12 }).then(
  ({ images }) => ({ kind: "images", count: images.length }),
  (error) => ({ kind: "error", name: error.name, hasImage: inspect(error, { depth: 9 }).includes(image) }),
);
server.closeAllConnections();
server.close();

console.log("ai 7.0.173, @ai-sdk/openai-compatible 3.0.92");
console.log(`generateImage({ n: 12 }) requested: ${asked.toSorted((a, b) => b - a).join(" and ")}`);
console.log(`delivered by the server: ${delivered}; returned to the caller: ${JSON.stringify(outcome)}`);
const isSo =
  asked.toSorted((a, b) => b - a).join() === "10,2" &&
  delivered === 2 &&
  outcome.kind === "error" &&
  outcome.hasImage === false;
console.log(isSo ? "Unchanged: the delivered images are lost." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
