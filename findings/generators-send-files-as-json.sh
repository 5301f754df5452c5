#!/bin/sh
# Clients generated from OpenAPI send files as JSON when an operation accepts JSON and multipart/form-data.
#
# The document is valid and describes a common server: one schema of fields, as JSON or as a form with files. The
# generator creates one function, whose parameter may be a file and which always sends JSON, whichever type is listed
# first. The program passes the strict type check with a file and sends `{}` instead of it, the result of JSON.stringify
# for a Blob. When the document lists only the form, the same program sends the file.
#
# Installs the generator into a temporary folder; the server is on 127.0.0.1. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error \
  @hey-api/openapi-ts@0.99.0 typescript@6.0.3 esbuild@0.28.1

cat >probe.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createClient } from "@hey-api/openapi-ts";
import { build } from "esbuild";

setTimeout(() => {
  console.log("CHANGED: timed out after 60 s.");
  process.exit(2);
}, 60_000).unref();

const fields = { prompt: { type: "string" }, image: { type: "string", format: "binary" } };
const schema = { type: "object", required: ["prompt", "image"], properties: fields };
const json = { "application/json": { schema } };
const form = { "multipart/form-data": { schema } };
const documentWith = (content) => ({
  openapi: "3.1.0",
  info: { title: "edits", version: "1" },
  paths: {
    "/edits": {
      post: {
        operationId: "edit",
        requestBody: { required: true, content },
        responses: { 200: { description: "Done.", content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
  },
});

const program = `
import { client } from "./client.gen";
import { edit } from "./sdk.gen";
const file = new File(["bytes of an image"], "cat.png", { type: "image/png" });
export const run = async (baseUrl: string): Promise<void> => {
  client.setConfig({ baseUrl });
  await edit({ body: { prompt: "make it night", image: file } });
};
`;

const received = [];
const server = createServer(async (request, answer) => {
  received.push({ type: request.headers["content-type"] ?? "", body: await text(request) });
  answer.writeHead(200, { "content-type": "application/json" });
  answer.end("{}");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;

async function sentBy(name, content) {
  const output = `${name}-client`;
  await createClient({ input: documentWith(content), output, logs: { level: "silent", file: false } });
  writeFileSync(`${output}/program.ts`, program);
  const file = `${output}/program.ts`;
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", ...strict, file], { stdio: "inherit" });
  const outfile = `${output}/program.mjs`;
  await build({ entryPoints: [file], bundle: true, format: "esm", outfile, logLevel: "error" });
  const { run } = await import(`./${output}/program.mjs`);
  await run(url);
  const { type, body } = received.at(-1);
  const summary = type.startsWith("multipart") ? `${body.length} characters` : body;
  console.log(`${name}: type check passed; sent ${type.split(";")[0]}, ${summary}`);
  return { type, body };
}
console.log("@hey-api/openapi-ts 0.99.0");
const both = await sentBy("json-and-form", { ...json, ...form });
const turned = await sentBy("form-and-json", { ...form, ...json });
const alone = await sentBy("form-alone", form);
server.closeAllConnections();
server.close();

const isEmpty = ({ type, body }) =>
  type.startsWith("application/json") && JSON.stringify(JSON.parse(body).image) === "{}";
const isSo =
  isEmpty(both) &&
  isEmpty(turned) &&
  alone.type.startsWith("multipart/form-data") &&
  alone.body.includes("bytes of an image");
console.log(isSo ? "Unchanged: next to JSON the file becomes {}." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
