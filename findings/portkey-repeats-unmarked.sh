#!/bin/sh
# `portkey-ai` repeats a request at once after any 5xx, and the server cannot tell the repeat from a new request.
#
# The package wraps the `openai` package and disables its retries (`maxRetries: 0`), which wait, count in
# `x-stainless-retry-count` and obey `x-should-retry: false`. Instead it calls `fetch` a second time with the same
# headers: without a pause, without a key, with retry count 0 both times. `x-should-retry: false` and `retry-after` have
# no effect; only answers with a header of Portkey's gateway (`x-portkey-trace-id`) are not repeated. A server that
# answers 502 because an expensive job failed receives a request for another job within milliseconds.
#
# Installs the package into a temporary folder; the server is on 127.0.0.1. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error portkey-ai@3.1.0

cat >probe.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Portkey } from "portkey-ai";

setTimeout(() => {
  console.log("CHANGED: timed out after 30 s.");
  process.exit(2);
}, 30_000).unref();

let status = 502;
let more = {};
const requests = [];
const server = createServer(async (request, answer) => {
  const at = performance.now();
  const count = request.headers["x-stainless-retry-count"];
  requests.push({ at, count, headers: JSON.stringify(request.headers), body: await text(request) });
  const advice = { "x-should-retry": "false", "retry-after": "60", ...more };
  answer.writeHead(status, { "content-type": "application/json", ...advice });
  answer.end(JSON.stringify({ error: { message: "the job failed" } }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const portkey = new Portkey({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}/v1` });

async function ask(answered, headers = {}) {
  status = answered;
  more = headers;
  requests.length = 0;
  await portkey.images.generate({ model: "any", prompt: "a lighthouse" }).catch(() => {});
  return [...requests];
}
const failed = await ask(502);
const ofGateway = await ask(502, { "x-portkey-trace-id": "1" });
const refused = await ask(424);
server.closeAllConnections();
server.close();

const [first, second] = failed;
const isSame = first?.headers === second?.headers && first?.body === second?.body;
console.log("portkey-ai 3.1.0, images.generate, answered with x-should-retry: false and retry-after: 60");
const counts = failed.map(({ count }) => count).join(" and ");
const pause = Math.round(second?.at - first?.at);
console.log(`502: ${failed.length} requests, ${pause} ms apart, equal: ${isSame}, retry counts ${counts}`);
console.log(`502 with x-portkey-trace-id: ${ofGateway.length} request(s); 424: ${refused.length} request(s)`);
const isOnce = ofGateway.length === 1 && refused.length === 1;
const isSo = failed.length === 2 && isSame && pause < 1_000 && counts === "0 and 0" && isOnce;
console.log(isSo ? "Unchanged: a request answered with 5xx is sent twice." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
