/** Clients generated from the API's OpenAPI document, used as their documentation shows, against the whole product. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "#test/integration/support/processes.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import type { ClientAt } from "./generated/client.ts";
import { bytesOf, checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const run = promisify(execFile);
const product = sharedProduct();
const programs = path.join(import.meta.dirname, "generated");
const folder = temporaryFolder();

beforeAll(async () => {
  const document = path.join(folder.path, "openapi.json");
  writeFileSync(document, await (await fetch(`${product.url}/openapi.json`)).text());
  await run(process.execPath, ["--import", "./javascript-compiler.mjs", "generate.mjs", document], { cwd: programs });
});

afterAll(() => folder.remove());

/** @returns the compiler's output; empty without errors. */
async function typeErrors(): Promise<string> {
  const compiler = path.join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");
  const checked = run(process.execPath, [compiler, "--noEmit", "-p", programs]);
  return checked.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

async function expectOneImage(links: string[]): Promise<void> {
  expect(links).toHaveLength(1);
  expect(sizeOfPng(await bytesOf({ kind: "link", url: links[0] ?? "", headers: {} })).width).toBeGreaterThan(0);
}

const one = { plannedImages: 1, charged: 1, refunded: 0 };

it("programs that use the generated clients pass the type check", async () => {
  expect(await typeErrors()).toBe("");
});

it.concurrent.each(["hey-api", "openapi-fetch"])(
  "a generated client submits, polls, lists and edits with two files, and pays for one image each time: %s",
  async (program) => {
    // Imported at runtime, because the generated file does not exist when the tests are compiled.
    const { clientAt } = (await import(path.join(programs, `${program}.ts`))) as { clientAt: ClientAt };
    const client = clientAt(product.url, sessionOf(`generated-${program}`));
    const prompt = `a lighthouse with ${program}`;
    const id = await client.submit(prompt);
    const ended = await waitUntil(async () => {
      const polled = await client.poll(id);
      return ["completed", "failed"].includes(polled.status) && polled;
    });
    expect(ended.status).toBe("completed");
    await expectOneImage(ended.links);
    expect(await client.list()).toEqual([id]);
    expect(await product.jobsFor(prompt)).toMatchObject([one]);

    const files = await filesFrom(linksOf(product.simulatorUrl, 2));
    await expectOneImage(await client.edit(`${prompt}, from two`, files));
    const edits = await product.jobsFor(`${prompt}, from two`);
    expect(edits).toMatchObject([one]);
    expect(edits[0]?.inputs.map(({ crc32 }) => crc32)).toEqual(await Promise.all(files.map(checksumOf)));
  },
);
