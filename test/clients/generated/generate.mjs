// node --import ./javascript-compiler.mjs generate.mjs DOCUMENT: generates the clients of an OpenAPI document in dist/.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [file = ""] = process.argv.slice(2);
const dist = path.join(import.meta.dirname, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

await createClient({ input: file, output: path.join(dist, "hey-api"), logs: { level: "warn", file: false } });

/** As in the package's documentation: without this, the type of a file is string. */
const blob = ts.factory.createTypeReferenceNode("Blob");
const types = await openapiTS(JSON.parse(readFileSync(file, "utf8")), {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
writeFileSync(path.join(dist, "openapi-typescript.ts"), astToString(types));
