/** A driver on pages with faults: if it noted none, every test in its browser would pass. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Driver } from "#test/browser/drivers/driver.ts";
import { eventually } from "./eventually.ts";

const policy = "default-src 'none'; script-src 'nonce-ours'; img-src data:; require-trusted-types-for 'script'";
const blank =
  '<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><main><h1>A page</h1>';
const ours = (code: string) => `<script nonce="ours">${code}</script>`;

const faulty: [what: string, body: string, words: RegExp][] = [
  ["a script against the policy", "<script>1</script>", /script-src-elem.*inline/],
  ["a style against the policy", '<p style="color: red">', /style-src-attr.*inline/],
  ["an image against the policy", '<img alt="" src="/elsewhere.png">', /img-src/],
  ["a text made HTML", ours("try { document.body.innerHTML = '<p>' } catch {}"), /require-trusted-types-for/],
  // After the page has loaded, as most errors come.
  ["an error on the console", ours("addEventListener('click', () => console.error('oh no'))"), /^console: oh no/],
  [
    "an uncaught error",
    ours("addEventListener('click', () => setTimeout(() => { throw new Error('oh dear') }))"),
    /^uncaught: .*oh dear/,
  ],
  [
    "a rejected promise",
    ours("addEventListener('click', () => void Promise.reject(new Error('oh why')))"),
    /^uncaught: .*oh why/,
  ],
];

/** Registers the tests. @param open a window whose faults the test looks at by itself. */
export function driverHarness(open: () => Promise<Driver>): void {
  let server: Server;
  let origin: string;
  let html = "";

  beforeAll(async () => {
    server = createServer((_request, answer) =>
      answer.writeHead(200, { "content-type": "text/html", "content-security-policy": policy }).end(html),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    origin = `http://127.0.0.1:${address.port}`;
  });

  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it("errors and violations of the Content-Security-Policy are noted as faults, and a page without any has none", async () => {
    const driver = await open();
    try {
      html = blank + ours("console.warn('no error')");
      await driver.goto(`${origin}/`);
      expect(await driver.faults()).toEqual([]);
      for (const [what, body, words] of faulty) {
        html = blank + body;
        await driver.goto(`${origin}/`);
        await driver.run(() => document.body.click());
        await eventually(() => driver.faults(), what).toContainEqual(expect.stringMatching(words));
      }
    } finally {
      await driver.close();
    }
  });
}
