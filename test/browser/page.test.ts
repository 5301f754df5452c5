/** The page as served, before any use: headers, size, speed, accessibility. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { paceOf } from "./support/pace.ts";
import { sizeOfPng } from "./support/png.ts";
import { phone, product } from "./support/product.ts";
import { weightsOf } from "./support/weight.ts";

const here = product();
const built = path.resolve(import.meta.dirname, "../../workers/web/dist");
const weightLimits = [
  ["main", "js", 90_000],
  ["main", "css", 12_000],
  ["admin", "js", 45_000],
  ["admin", "css", 12_000],
] as const;

describe("static files", () => {
  it("the page is served at / with strict security headers", async () => {
    const answer = await fetch(here.url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = new Map(
      (answer.headers.get("content-security-policy") ?? "").split("; ").map((part) => {
        const [name = "", ...values] = part.split(" ");
        return [name, values.join(" ")];
      }),
    );
    for (const closed of ["default-src", "base-uri", "form-action", "frame-ancestors"]) {
      expect(policy.get(closed), closed).toBe("'none'");
    }
    expect(policy.get("script-src")).toBe("'self'");
    expect(policy.get("style-src")).toBe("'self'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("strict-transport-security")).toMatch(/^max-age=\d{8,}$/);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate");
  });

  it("the page can be installed: its manifest is served as one, and its icons have the sizes that it states", async () => {
    const page = await (await fetch(here.url)).text();
    const link = /<link rel="manifest" href="([^"]+)"/.exec(page)?.[1];
    const answer = await fetch(`${here.url}${link}`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/manifest\+json/);
    const { icons } = (await answer.json()) as { icons: { src: string; sizes: string }[] };
    expect(icons.map(({ sizes }) => sizes)).toEqual(["192x192", "512x512"]);
    for (const { src, sizes } of icons) {
      const { width, height } = sizeOfPng(Buffer.from(await (await fetch(`${here.url}${src}`)).arrayBuffer()));
      expect(`${width}x${height}`).toBe(sizes);
    }
  });

  it("files named after their contents may be cached forever", async () => {
    const page = await (await fetch(here.url)).text();
    const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const answer = await fetch(`${here.url}${file}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
  });

  it.each(["/nothing-here", "/assets/old.js", "/_headers", "/v1/nothing"])(
    "an unknown path gets the API's 404, not the page: %s",
    async (unknown) => {
      const answer = await fetch(`${here.url}${unknown}`, {
        headers: { accept: "text/html", "sec-fetch-mode": "navigate" },
      });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("x-request-id")).toMatch(/\S/);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    },
  );

  it("the Worker's own answers do not have the page's headers", async () => {
    const answer = await fetch(`${here.url}/ping`);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("content-security-policy")).toBeNull();
  });
});

describe("first sight", () => {
  it.each([
    ["English, light, at a desk", {}],
    ["Chinese, dark, on a phone", { locale: "zh-CN", colorScheme: "dark", viewport: phone, hasTouch: true }],
  ] as const)("a first visit shows content, and axe finds nothing serious: %s", async (_title, wishes) => {
    const page = await here.open("/", wishes);
    await page.getByRole("textbox").first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it.each(weightLimits)("the %s page's %s files are smaller than %i bytes together, gzipped", (name, type, limit) => {
    const files = weightsOf(built, name).filter(({ file }) => file.endsWith(`.${type}`));
    const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    console.log(`${name}, ${type} gzipped: ${bytes} bytes (${files.map((one) => `${one.file} ${one.bytes}`)})`);
    expect(files).not.toEqual([]);
    expect(bytes).toBeLessThan(limit);
  });

  it("the main page loads nothing of the administrator's page", () => {
    const [main, admin] = (["main", "admin"] as const).map((name) => weightsOf(built, name).map(({ file }) => file));
    expect(main?.filter((file) => /admin/.test(file))).toEqual([]);
    expect(admin?.filter((file) => !main?.includes(file) && file.endsWith(".js"))).not.toEqual([]);
  });

  it("the time until a slow phone shows the page is printed", async () => {
    const pace = await paceOf(here.browser, here.url);
    console.log(
      `On a slow phone: painted after ${pace.firstPaintMs} ms, interactive after ${pace.interactiveMs} ms; ` +
        `${pace.transferredBytes} bytes in ${pace.requests} requests`,
    );
    expect(pace.interactiveMs).toBeGreaterThanOrEqual(pace.firstPaintMs);
    expect(pace.firstPaintMs).toBeGreaterThan(0);
  });
});
