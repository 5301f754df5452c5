/** The harness on pages with faults: if it noted none, every test would pass. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { openBrowser } from "./support/chromium.ts";
import { eventually } from "./support/eventually.ts";
import { watchForFaults } from "./support/faults.ts";

let browser: Browser;
let server: Server;
let origin: string;
/** The server's answer to every request. */
let html = "";
const policy =
  "default-src 'none'; script-src 'nonce-ours'; img-src * data: blob:; connect-src *; require-trusted-types-for 'script'";

beforeAll(async () => {
  browser = await openBrowser();
  server = createServer((request, answer) => {
    if (request.url !== "/") return answer.writeHead(request.url === "/missing" ? 404 : 204).end();
    return answer.writeHead(200, { "content-type": "text/html", "content-security-policy": policy }).end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://127.0.0.1:${address.port}`;
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const blank =
  '<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><main><h1>A page</h1>';

async function visit(body: string): Promise<{ page: Page; faults: string[] }> {
  html = blank + body;
  const context = await browser.newContext();
  const faults = await watchForFaults(context, origin);
  const page = await context.newPage();
  await page.goto(`${origin}/`, { waitUntil: "networkidle" });
  return { page, faults };
}

const script = (code: string) => `<script nonce="ours">${code}</script>`;

describe("noted faults", () => {
  it.each([
    ["an error on the console", script("console.error('oh no')"), /^console: oh no/],
    ["an uncaught error", script("setTimeout(() => { throw new Error('oh no') })"), /^uncaught: Error: oh no/],
    ["a rejected promise", script("Promise.reject(new Error('oh no'))"), /^uncaught: Error: oh no/],
    ["a script against the policy", "<script>1</script>", /^content security policy: script-src-elem blocked inline/],
    ["a style against the policy", '<p style="color: red">', /^content security policy: style-src-attr blocked inline/],
    [
      "a text made HTML",
      script("try { document.body.innerHTML = '<p>' } catch {}"),
      /^content security policy: require-trusted-types-for/,
    ],
    [
      "an image from elsewhere",
      '<img alt="" src="http://elsewhere.test/a.png">',
      /^request to another origin: GET http:\/\/elsewhere\.test\/a\.png$/,
    ],
    [
      "a call to elsewhere",
      script("fetch('http://elsewhere.test/?secret', { method: 'POST' }).catch(() => {})"),
      /^request to another origin: POST http:\/\/elsewhere\.test\/$/,
    ],
    ["a file that is missing", script("fetch('/missing')"), /^console: .*404.*\/missing\)$/],
  ])("%s is noted as a fault", async (_what, body, words) => {
    const { faults } = await visit(body);
    await eventually(() => faults).toContainEqual(expect.stringMatching(words));
  });

  it("a fault on a second page of the same context is noted", async () => {
    const { page, faults } = await visit("");
    expect(faults).toEqual([]);
    html = blank + script("console.error('second')");
    await (await page.context().newPage()).goto(origin);
    await eventually(() => faults).toContainEqual(expect.stringMatching(/^console: second/));
  });
});

describe("a page without faults", () => {
  it("a page that requests only from its own server, with images it made itself, has no noted faults", async () => {
    const { faults } = await visit(
      `<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">${script(`
        console.warn("not an error");
        const image = new Image();
        image.onload = () => fetch("/own");
        image.alt = "";
        image.src = URL.createObjectURL(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: "image/svg+xml" }));
        document.body.append(image);`)}`,
    );
    expect(faults).toEqual([]);
  });
});

describe("axe", () => {
  it("axe works under the strictest policy and reports impact, rule and element", async () => {
    const { page, faults } = await visit('<img id="bare" src="/own"><button id="mute"></button>');
    expect(await accessibilityFaults(page)).toEqual([
      expect.stringMatching(/^critical button-name: .* at #mute$/),
      expect.stringMatching(/^critical image-alt: .* at #bare$/),
    ]);
    expect(faults).toEqual([]);
  });

  it("axe finds nothing in a page without faults", async () => {
    const { page } = await visit("<button>Send</button>");
    expect(await accessibilityFaults(page, "minor")).toEqual([]);
  });
});
