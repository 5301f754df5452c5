#!/bin/sh
# The official MCP client loses a progress notification that arrives together with the answer of its request.
#
# Over stdio, messages that arrive in one chunk are taken one after the other without a pause. The client hands a
# notification to its handler a microtask later, but an answer at once, and the answer removes the request's `onprogress`.
# So the last notification of a tool that says "100 of 100" and returns is not given to `onprogress`; in its place
# `client.onerror` gets "Received a progress notification for an unknown token". In the order of the protocol nothing is
# wrong: the server sent the progress first. A program must take the answer, not 100 %, as the end of a call.
#
# The tool below is of the official server. A transport between the two joins what arrives within a tick, as a pipe does
# under load; it changes no byte and no order. The same call with a pause before the answer gets its progress.
#
# Installs the client and the server into a temporary folder. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server@2.4.0 zod@4.6.7

cat >server.mjs <<'JS'
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { PassThrough } from "node:stream";
import * as z from "zod";

// What the server writes within a tick leaves in one write.
const joined = new PassThrough();
let held = [];
joined.on("data", (bytes) => {
  if (held.length === 0) setTimeout(() => { process.stdout.write(Buffer.concat(held)); held = []; }, 20);
  held.push(bytes);
});

const server = new McpServer({ name: "a server", version: "1.0.0" });
server.registerTool("work", { inputSchema: z.object({ pause: z.number() }) }, async ({ pause }, { mcpReq }) => {
  for (const progress of [50, 100]) {
    await mcpReq.notify({
      method: "notifications/progress",
      params: { progressToken: mcpReq._meta.progressToken, progress, total: 100 },
    });
    // Before each of the two: the second notification and the answer are apart only where it waits.
    if (progress === 50 || pause > 0) await new Promise((next) => setTimeout(next, 100));
  }
  return { content: [{ type: "text", text: "made" }] };
});
await server.connect(new StdioServerTransport(process.stdin, joined));
JS

cat >probe.mjs <<'JS'
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const client = new Client({ name: "a client", version: "1.0.0" });
let errors = [];
client.onerror = (error) => errors.push(error.message.slice(0, 59));
await client.connect(new StdioClientTransport({ command: process.execPath, args: ["server.mjs"] }));
const call = async (pause) => {
  errors = [];
  const seen = [];
  const { content } = await client.callTool({ name: "work", arguments: { pause } }, { onprogress: ({ progress }) => seen.push(progress) });
  return { answer: content[0].text, seen, errors };
};
const apart = await call(1);
const together = await call(0);
await client.close();
console.log(`@modelcontextprotocol/client 2.4.0
  answer 0.1 s after the last progress:  ${JSON.stringify(apart)}
  answer in the same chunk:              ${JSON.stringify(together)}`);
const isAsSeen =
  apart.answer === "made" && `${apart.seen}` === "50,100" && apart.errors.length === 0 &&
  together.answer === "made" && `${together.seen}` === "50" && together.errors.length === 1;
console.log(isAsSeen ? "UNCHANGED: the last progress is lost." : "CHANGED.");
process.exit(isAsSeen ? 0 : 1);
JS
node probe.mjs
