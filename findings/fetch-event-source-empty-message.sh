#!/bin/sh
# @microsoft/fetch-event-source delivers a message for a block of an event stream that has no data, and starts a new one.
#
# A server may send `retry: 200` and a blank line before anything else, or a comment between blank lines as a sign of
# life. By the standard (WHATWG HTML, 9.2.6) a block without data is not dispatched, and the package `eventsource`
# does so. This package calls `onmessage` with the data "". The usual handler, `JSON.parse(data)`, throws on
# that, and what a handler throws counts as a broken connection: the request is sent again after the named time, meets
# the same first block, and so on for ever. No event is ever seen, nothing is reported, and each repetition of a POST is
# an order of its own.
#
# Installs both packages into a temporary folder; the server is on 127.0.0.1. Exit code 0: it is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @microsoft/fetch-event-source@2.0.1 eventsource@4.1.0

cat >try.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { EventSource } from "eventsource";

// The package is made for browsers: it takes its timers from the window, and asks whether the page is seen.
globalThis.window = globalThis;
globalThis.document = new EventTarget();
const { fetchEventSource } = createRequire(import.meta.url)("@microsoft/fetch-event-source");
setTimeout(() => {
  console.log("CHANGED: no end within 20 s.");
  process.exit(2);
}, 20_000).unref();

const enough = 4;
const server = createServer((_request, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  answer.end('retry: 100\n\nid: 1\ndata: {"n":1}\n\n');
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/`;

/** Reads until it ends by itself, has sent `enough` requests, or has got a message. */
const microsoft = { requests: 0, seen: [], parsed: [] };
const stop = new AbortController();
await fetchEventSource(url, {
  signal: stop.signal,
  openWhenHidden: true,
  fetch: (to, init) => {
    microsoft.requests += 1;
    if (microsoft.requests >= enough) stop.abort();
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

const say = (name, { requests = 1, seen, parsed }) =>
  console.log(`${name}: ${requests} request(s), data of the messages ${JSON.stringify(seen)}, read ${parsed.length}`);
say("@microsoft/fetch-event-source 2.0.1", microsoft);
say("eventsource 4.1.0", standard);
const isSo =
  microsoft.requests === enough &&
  microsoft.seen.length >= enough - 1 &&
  microsoft.seen.every((data) => data === "") &&
  standard.seen.join() === '{"n":1}';
console.log(isSo ? "Still so: the empty message comes, and the request is repeated." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node try.mjs
