/** Every state of the page, in each of its looks: nothing that keeps anybody out, and one language only. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { eventually } from "./support/eventually.ts";
import { foreignTexts } from "./support/languages.ts";
import {
  addSession,
  ask,
  cardOf,
  finished,
  largeView,
  openSessions,
  picturesIn,
  promptField,
  spoken,
} from "./support/person.ts";
import { phone, product } from "./support/product.ts";

const here = product({ speed: 16 });

const looks = [
  { look: "English, light, at a desk", language: "en", wishes: {} },
  { look: "English, dark, at a desk", language: "en", wishes: { colorScheme: "dark" } },
  { look: "Chinese, light, at a desk", language: "zh", wishes: { locale: "zh-CN" } },
  {
    look: "Chinese, dark, on a phone",
    language: "zh",
    wishes: { locale: "zh-CN", colorScheme: "dark", viewport: phone, isMobile: true, hasTouch: true },
  },
] as const;

/** In signs that belong to neither language, so that they are found in both. */
const prompts = {
  running: "1 + 1 = 2 sim:slow",
  made: "2 + 2 = 4",
  refused: "3 + 3 = 7 sim:input-moderated",
};

describe.each(looks)("$look", ({ look, language, wishes }) => {
  const say = spoken[language];

  it("every state keeps nobody out and speaks one language", async () => {
    const faults: string[] = [];
    const page = await here.open("/", { ...wishes, expecting: [/net::ERR_INTERNET_DISCONNECTED/] });
    const session = `us-demo-us-states-${look.replaceAll(/\W+/g, "-").toLowerCase()}`;
    const expired = "us-demo-us-states-expired-0000000001";
    const own = [...Object.values(prompts), session, "us-••••0001"];
    const examine = async (state: string) => {
      await page.waitForFunction(hasSettled);
      for (const fault of await accessibilityFaults(page)) faults.push(`${state}: ${fault}`);
      for (const text of await foreignTexts(page, language, own)) faults.push(`${state}: in another language: ${text}`);
    };

    await promptField(page, say).waitFor();
    await examine("first visit");
    const dialog = await openSessions(page, say);
    await examine("sessions, none");
    await dialog.getByRole("textbox", { name: say.sessionText }).fill(expired);
    await dialog.getByRole("button", { name: say.add, exact: true }).click();
    await page.getByText(language === "en" ? "Expired" : "已过期", { exact: true }).waitFor();
    await examine("sessions, one expired");
    await page.keyboard.press("Escape");
    await addSession(page, session, say);

    await page.getByText(say.more, { exact: true }).click();
    await page.getByRole("radio", { name: say.fromImages }).check();
    await examine("form, image mode");
    await page.getByRole("radio", { name: language === "en" ? "From words" : "文生图" }).check();
    await page.keyboard.press("Control+Enter");
    await examine("form, all fields, a fault");

    await ask(page, prompts.refused, say);
    await ask(page, prompts.running, say);
    await examine("generating");
    const failed = cardOf(page, prompts.refused);
    await failed.getByText("prompt_moderated").waitFor();
    await examine("error");
    await failed.getByRole("button", { name: language === "en" ? "More actions" : "更多操作" }).click();
    await page.getByRole("menuitem").first().waitFor();
    await examine("menu");
    await page.keyboard.press("Escape");
    await finished(await ask(page, prompts.made, say));
    await examine("finished");

    await page.reload();
    await promptField(page, say).waitFor();
    await picturesIn(page).first().waitFor();
    await examine("gallery");
    await picturesIn(page).first().click();
    const view = largeView(page, say);
    await view.getByRole("img").first().waitFor();
    // Where there is room, they are there already.
    const details = view.getByRole("button", { name: language === "en" ? "Details" : "详情" });
    if (await details.isVisible()) await details.click();
    await examine("large view");
    await page.keyboard.press("Escape");
    await page.context().setOffline(true);
    await page.getByText(language === "en" ? "This device is offline." : "设备已离线。").waitFor();
    await examine("offline");
    expect(faults).toEqual([]);
  });
});

/** In the page: what fades in is there. What moves for ever is not waited for. */
function hasSettled(): boolean {
  const isComing = ({ playState, effect }: Animation) =>
    playState === "running" && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
  return !document.getAnimations().some(isComing);
}

it("the language is changed by one button, for every state of the page, and remembered", async () => {
  const page = await here.open("/");
  await addSession(page, "us-demo-us-tongue");
  await finished(await ask(page, "5 + 5"));
  // What was said before is not said again.
  await page.getByText("1 session added.").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "切换到中文" }).click();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  expect(await foreignTexts(page, "zh", ["5 + 5"])).toEqual([]);
  await page.reload();
  await promptField(page, spoken.zh).waitFor();
  expect(await foreignTexts(page, "zh", ["5 + 5"])).toEqual([]);
  await page.getByRole("button", { name: "Switch to English" }).click();
  expect(await foreignTexts(page, "en", ["5 + 5"])).toEqual([]);
});

it("dark and light follow the device, until somebody says otherwise", async () => {
  const page = await here.open("/", { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(ground).not.toBe(dark);
  const light = await ground();
  await page.getByRole("button", { name: "Colours: as the device" }).click();
  await page.getByRole("button", { name: "Colours: light" }).click();
  await page.getByRole("button", { name: "Colours: dark" }).waitFor();
  await eventually(ground).toBe(dark);
  await page.reload();
  expect(await ground()).toBe(dark);
  expect(light).not.toBe(dark);
});

describe("movement", () => {
  /** Of what is drawn again and again, or moved from one place to another. */
  const movements = (page: Page): Promise<number> =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);

  it("there is some while pictures are made, and none for whoever wants none", async () => {
    const lively = await here.open("/");
    await addSession(lively, "us-demo-us-lively");
    await ask(lively, "6 + 6 sim:slow");
    await eventually(() => movements(lively)).toBeGreaterThan(0);

    const calm = await here.open("/", { reducedMotion: "reduce" });
    await addSession(calm, "us-demo-us-calm");
    await ask(calm, "7 + 7 sim:slow");
    expect(await longMovements(calm)).toEqual([]);
  });
});

/** Movements that last longer than the eye takes to see one. */
const longMovements = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 50)
      .filter(({ effect }) => {
        const moved = effect instanceof KeyframeEffect ? effect.getKeyframes() : [];
        return moved.some((frame) => "transform" in frame || "translate" in frame || "backgroundPosition" in frame);
      })
      .map((one) => (one instanceof CSSAnimation ? one.animationName : "transition")),
  );
