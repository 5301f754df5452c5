/** The page at /docs: its anchors, its languages, and its reference, which requests only from this server. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { copiedBy } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import { ask } from "./support/person.ts";
import { phone, product } from "./support/product.ts";

const here = product();

/** Distance of the element from the top of the window. */
const topOf = (page: Page, id: string): Promise<number> =>
  page.evaluate((name) => document.getElementById(name)?.getBoundingClientRect().top ?? Number.NaN, id);

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** Right below the bar. */
async function expectAtTop(page: Page, id: string): Promise<void> {
  const top = await topOf(page, id);
  const height = page.viewportSize()?.height ?? 0;
  expect(top).toBeGreaterThanOrEqual(0);
  expect(top).toBeLessThan(height / 3);
}

describe("an anchor of an error", () => {
  it.each([
    ["at a desk", {}],
    ["on a phone, in Chinese", { locale: "zh-CN", viewport: phone, isMobile: true, hasTouch: true }],
  ])("a docs URL with the anchor of an error opens at that error and stays there: %s", async (_where, wishes) => {
    const page = await here.open("/docs#errors-risk_control", wishes);
    await page.getByRole("heading", { name: "risk_control" }).waitFor();
    await expectAtTop(page, "errors-risk_control");
    const landed = await topOf(page, "errors-risk_control");
    await page.waitForLoadState("networkidle");
    expect(await topOf(page, "errors-risk_control")).toBe(landed);
    expect(new URL(page.url()).hash).toBe("#errors-risk_control");
  });

  it("the docs link of an error response leads to the section of its code", async () => {
    const answer = await fetch(`${here.url}/v1/images/tasks/imgtask_none`);
    const { error } = (await answer.json()) as { error: { code: string; docs: string } };
    const page = await here.open(new URL(error.docs, here.url).href);
    await page.getByRole("heading", { name: error.code }).waitFor();
    await expectAtTop(page, `errors-${error.code}`);
  });

  it("the section of an error is reached from the list of codes, and again by the back button", async () => {
    const page = await here.open("/docs#errors");
    await page.getByRole("navigation", { name: "All codes" }).getByRole("link", { name: "timeout" }).click();
    await eventually(() => topOf(page, "errors-timeout")).toBeLessThan(300);
    await page.getByRole("link", { name: "Dreamina", exact: true }).click();
    await page.getByRole("heading", { name: "What Dreamina says" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "timeout" }).waitFor();
    await expectAtTop(page, "errors-timeout");
  });
});

describe("the way to the docs and back", () => {
  it.each([
    ["at a desk", {}],
    ["on a phone", { viewport: phone, isMobile: true, hasTouch: true }],
  ])("the page has a link to the docs in its own language, and they have one back: %s", async (_where, wishes) => {
    const page = await here.open("/", wishes);
    await page.getByRole("link", { name: "API docs", exact: true }).click();
    await page.waitForURL("**/docs?lang=en");
    await page.getByRole("banner").getByRole("link", { name: "Dreamina API" }).click();
    await page.getByRole("button", { name: "切换到中文" }).click();
    await page.getByRole("link", { name: "API 文档", exact: true }).click();
    await page.waitForURL("**/docs?lang=zh");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  });

  it("the docs have the theme that was chosen on the page, and a theme chosen there comes back to it", async () => {
    const page = await here.open("/");
    for (const name of ["Theme: system", "Theme: light"]) await page.getByRole("button", { name }).click();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    const dark = "rgb(19, 20, 18)";
    await eventually(() => background(page)).toBe(dark);
    await page.getByRole("link", { name: "API docs", exact: true }).click();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    await eventually(() => background(page)).toBe(dark);
    await page.getByRole("button", { name: "Theme: dark" }).click();
    await page.getByRole("button", { name: "Theme: system" }).click();
    const light = "rgb(245, 243, 238)";
    await eventually(() => background(page)).toBe(light);
    await page.getByRole("link", { name: "Make images", exact: true }).first().click();
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
    await eventually(() => background(page)).toBe(light);
  });

  it("the docs have the language chosen on the page where their address names none, also at an anchor", async () => {
    const page = await here.open("/");
    await page.getByRole("button", { name: "切换到中文" }).click();
    await page.goto("/docs#errors-timeout");
    await page.waitForURL(/lang=zh#errors-timeout$/);
    await expectAtTop(page, "errors-timeout");
    await page.goto("/docs?lang=en");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
    await page.getByRole("link", { name: "中文" }).click();
    await page.waitForURL(/lang=zh/);
    await page.getByRole("link", { name: "English" }).click();
    await page.waitForURL(/lang=en/);
    await page.getByRole("banner").getByRole("link", { name: "Dreamina API" }).click();
    await page.getByRole("link", { name: "API docs", exact: true }).waitFor();
  });

  it("the code of a failed task leads to its section in the docs", async () => {
    const page = await here.visit("us-demo-us-to-the-docs");
    const card = await ask(page, "into the docs sim:input-moderated");
    await card.getByRole("link", { name: "prompt_moderated" }).click();
    await page.waitForURL("**/docs?lang=en#errors-prompt_moderated");
    await expectAtTop(page, "errors-prompt_moderated");
  });
});

it("the bar of the docs says which part is shown, also to screen readers", async () => {
  const page = await here.open("/docs");
  const bar = page.getByRole("navigation", { name: "Parts of this page" });
  const current = () => bar.locator("[aria-current=true]").allInnerTexts();
  expect(await current()).toEqual(["Start"]);
  await bar.getByRole("link", { name: "Errors" }).click();
  await eventually(current).toEqual(["Errors"]);
});

describe("the language switch", () => {
  it("the language switch of the docs keeps the scroll position", async () => {
    const page = await here.open("/docs#errors-prompt_moderated");
    await page.getByRole("link", { name: "中文" }).click();
    await page.waitForURL(/lang=zh#errors-prompt_moderated$/);
    await page.getByRole("navigation", { name: "全部错误码" }).waitFor();
    await expectAtTop(page, "errors-prompt_moderated");
    await page.getByRole("link", { name: "English" }).click();
    await page.waitForURL(/lang=en#errors-prompt_moderated$/);
    await expectAtTop(page, "errors-prompt_moderated");
  });
});

describe("the reference", () => {
  it("the reference shows every route in the chosen theme and sends requests to this server only", async () => {
    // Zod, part of Scalar, tries to compile its checks with eval, and does without when that is refused.
    const localStorage = [{ name: "dreamina.theme", value: '{"version":1,"value":"dark"}' }];
    const context = await here.context({
      expecting: [/script-src blocked eval/],
      storageState: { cookies: [], origins: [{ origin: new URL(here.url).origin, localStorage }] },
    });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto("/docs#reference");
    const reference = page.getByRole("region", { name: "Reference", exact: true });
    await reference.getByText("/v1/images/generations").filter({ visible: true }).first().waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate(() => document.body.classList.contains("dark-mode"))).toBe(true);
    expect(asked.some((url) => url.endsWith("/openapi.json"))).toBe(true);
    expect(asked.filter((url) => !url.startsWith(here.url) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(await page.getByText("The reference could not be loaded").isVisible()).toBe(false);
  });
});

it.each([
  ["English, light", {}],
  ["Chinese, dark, on a phone", { locale: "zh-CN", colorScheme: "dark", viewport: phone }],
] as const)("axe finds nothing serious in the project's own parts of the docs: %s", async (_title, wishes) => {
  const page = await here.open("/docs", wishes);
  await page.getByRole("heading").first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto("/docs#errors");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto("/docs#dreamina");
  expect(await accessibilityFaults(page)).toEqual([]);
});

it("a sample in the docs can be copied by its button", async () => {
  const page = await here.open("/docs", { permissions: ["clipboard-read", "clipboard-write"] });
  const command = await copiedBy(page, async () => {
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
  });
  expect(command).toContain(`curl ${here.url}/v1/images/generations`);
});
