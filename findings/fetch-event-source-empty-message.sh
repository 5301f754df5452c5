#!/bin/sh
# @microsoft/fetch-event-source delivers an empty message for a block of an event stream without data.
#
# A server may send `retry: 200` and a blank line first, or a comment between blank lines to keep the connection open.
# By the standard (WHATWG HTML, 9.2.6) a block without data is not dispatched, and the package `eventsource` follows it.
# This package calls `onmessage` with the data "". The usual handler, `JSON.parse(data)`, throws on that, and the
# package treats an error of the handler as a broken connection: it repeats the request after the retry time, receives
# the same first block, and so on without end. No event is delivered, no error is reported, and each repeated POST is a
# new order.
#
# Installs both packages into a temporary folder; the server is on 127.0.0.1. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @microsoft/fetch-event-source@2.0.1 eventsource@4.1.0

cat >probe.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { EventSource } from "eventsource";

// The package is for browsers: it uses the timers of `window` and the visibility of `document`.
globalThis.window = globalThis;
globalThis.document = new EventTarget();
const { fetchEventSource } = createRequire(import.meta.url)("@microsoft/fetch-event-source");
setTimeout(() => {
  console.log("CHANGED: timed out after 20 s.");
  process.exit(2);
}, 20_000).unref();

const maxRequests = 4;
const server = createServer((_request, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  answer.end('retry: 100\n\nid: 1\ndata: {"n":1}\n\n');
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/`;

/** Reads until the stream ends, a message is parsed, or `maxRequests` requests are sent. */
const microsoft = { requests: 0, seen: [], parsed: [] };
const stop = new AbortController();
await fetchEventSource(url, {
  signal: stop.signal,
  openWhenHidden: true,
  fetch: (to, init) => {
    microsoft.requests += 1;
    if (microsoft.requests >= maxRequests) stop.abort();
    return fetch(to, init);
  },
  onmessage: ({ data }) => {
    microsoft.seen.push(data);
    microsoft.parsed.push(JSON.parse(data));
  },
});

const standard = { seen: [], parsed: [] };
const source = new EventSource(url);
await new Promise((resolve) => {
  source.onmessage = ({ data }) => {
    standard.seen.push(data);
    standard.parsed.push(JSON.parse(data));
    source.close();
    resolve();
  };
});
server.close();

const report = (name, { requests = 1, seen, parsed }) =>
  console.log(`${name}: ${requests} request(s), message data ${JSON.stringify(seen)}, parsed ${parsed.length}`);
report("@microsoft/fetch-event-source 2.0.1", microsoft);
report("eventsource 4.1.0", standard);
const isSo =
  microsoft.requests === maxRequests &&
  microsoft.seen.length >= maxRequests - 1 &&
  microsoft.seen.every((data) => data === "") &&
  standard.seen.join() === '{"n":1}';
console.log(isSo ? "Unchanged: the empty message is delivered and the request is repeated." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
