/** On a device without keyboard and mouse the page does not speak of them. */
import { expect, it } from "vitest";
import { openSessions, promptField, type Spoken, spoken } from "./support/person.ts";
import { phone, product } from "./support/product.ts";

const here = product();

const ofDesks = /F12|⌘|Ctrl|Enter\b|\b(click|mouse|keyboard|hover|drag|drop|shortcut)|鼠标|键盘|拖|按键|快捷键/i;

it.each([
  ["English", "en-US", spoken.en, "Where do I find my session?", /do not show cookies/],
  ["Chinese", "zh-CN", spoken.zh, "在哪里找到会话？", /不显示 Cookie/],
] as const)(
  "on a phone the page speaks of no key and no mouse, and says how a session comes to it: %s",
  async (_title, locale, say: Spoken, guide, way) => {
    const page = await here.open("/", { locale, viewport: phone, hasTouch: true, isMobile: true });
    await promptField(page, say).waitFor();
    const dialog = await openSessions(page, say);
    if (!(await dialog.getByText(way).isVisible())) await dialog.getByText(guide, { exact: true }).click();
    await dialog.getByText(way).waitFor();
    expect(await dialog.innerText()).not.toMatch(ofDesks);
    await dialog.getByText(say.keyGuide, { exact: true }).click();
    expect(await dialog.innerText()).not.toMatch(ofDesks);
    await dialog.getByRole("button", { name: say.close }).first().click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(say.more, { exact: true }).click();
    await page.getByRole("radio", { name: say.fromImages }).check();
    expect(await page.getByRole("main").innerText()).not.toMatch(ofDesks);
  },
);

it("on a computer the guide to a session names the key of the developer tools, and shows them", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await dialog.getByText("Open the developer tools: F12, or ⌥⌘I on a Mac.").waitFor();
  await dialog.getByRole("img", { name: /^Developer tools/ }).waitFor();
});
