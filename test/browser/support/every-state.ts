/** Every state of the page in one theme, language and size: accessible, and in one language only. */
import { expect, it } from "vitest";
import { accessibilityFaults } from "./accessible.ts";
import { foreignTexts } from "./languages.ts";
import { addSession, ask, cardOf, finished, imagesIn, largeView, openSessions, promptField, spoken } from "./person.ts";
import { product, type Wishes } from "./product.ts";

export type Look = { look: string; language: "en" | "zh"; wishes: Wishes };

/** In characters of neither language. */
const prompts = {
  running: "1 + 1 = 2 sim:slow",
  made: "2 + 2 = 4",
  refused: "3 + 3 = 7 sim:input-moderated",
};

const english = {
  ...{ filter: "Filter", favourites: "Favourites only", all: "Show all", select: "Select" },
  ...{ delete: "Delete for good", really: "Delete for good?", done: "Done" },
};
const chinese: typeof english = {
  ...{ filter: "筛选", favourites: "只看收藏", all: "显示全部", select: "选择" },
  ...{ delete: "永久删除", really: "永久删除？", done: "完成" },
};

/** Without its cloud. */
const nativeKey = "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f-c3f9";

/** Registers the test. */
export function everyState({ look, language, wishes }: Look): void {
  const here = product();
  const say = spoken[language];

  it(`every state of the page is accessible and in one language only: ${look}`, async () => {
    const faults: string[] = [];
    const page = await here.open("/", { ...wishes, expecting: [/net::ERR_INTERNET_DISCONNECTED/] });
    const session = `us-demo-us-states-${look.replaceAll(/\W+/g, "-").toLowerCase()}`;
    const expired = "us-demo-us-states-expired-0000000001";
    const key = "ark-ap-demo-key-ap-states-in-words";
    const refusedKey = "ark-cn-demo-key-cn-states-flagged1";
    const own = [...Object.values(prompts), session, "us-••••0001", "ark-ap-••••ords", "ark-cn-••••ged1"];
    const examine = async (state: string) => {
      await page.waitForFunction(hasSettled);
      for (const fault of await accessibilityFaults(page)) faults.push(`${state}: ${fault}`);
      for (const text of await foreignTexts(page, language, own)) faults.push(`${state}: in another language: ${text}`);
    };

    await promptField(page, say).waitFor();
    await examine("first visit");
    const keys = page.getByRole("dialog", { name: language === "en" ? "Keyboard shortcuts" : "键盘快捷键" });
    await page.keyboard.press("?");
    await keys.waitFor();
    await examine("list of keys");
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    const dialog = await openSessions(page, say);
    await examine("sessions, none");
    await dialog.getByRole("textbox", { name: say.sessionText }).fill(expired);
    await dialog.getByRole("button", { name: say.add, exact: true }).click();
    await page.getByText(language === "en" ? "Expired" : "已过期", { exact: true }).waitFor();
    await examine("sessions, one expired");
    await dialog.getByText(say.keyGuide, { exact: true }).click();
    await dialog.getByRole("textbox", { name: say.sessionText }).fill(`${key} ${refusedKey} ${nativeKey}`);
    await dialog.getByRole("button", { name: say.add, exact: true }).click();
    await page.getByText(language === "en" ? "Refused" : "密钥被拒绝", { exact: true }).waitFor();
    await dialog.getByRole("group", { name: say.whichCloud }).waitFor();
    await examine("sessions and keys, a question and both guides");
    await page.keyboard.press("Escape");
    const model = page.getByRole("combobox", { name: language === "en" ? "Model" : "模型" });
    await model.selectOption("seedream-4.5");
    await examine("form, a model of the clouds");
    await model.selectOption("dreamina-4.5");
    await addSession(page, session, say);

    await page.getByText(say.more, { exact: true }).click();
    await page.getByRole("radio", { name: say.fromImages }).check();
    await examine("form, image mode");
    await page.getByRole("radio", { name: language === "en" ? "From text" : "文生图" }).check();
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
    await imagesIn(page).first().waitFor();
    await examine("gallery");
    const words = language === "en" ? english : chinese;
    await page.getByRole("button", { name: words.filter, exact: true }).click();
    await page.getByRole("button", { name: words.favourites }).click();
    await examine("gallery, nothing found");
    await page.getByRole("button", { name: words.all }).click();
    await page.getByRole("button", { name: words.select, exact: true }).click();
    await imagesIn(page).first().click();
    await examine("gallery, filter and selection");
    await page.getByRole("button", { name: words.delete, exact: true }).click();
    const confirm = page.getByRole("dialog", { name: words.really });
    await confirm.waitFor();
    await examine("before a deletion");
    await page.keyboard.press("Escape");
    await confirm.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: words.done, exact: true }).click();
    await imagesIn(page).first().click();
    const view = largeView(page, say);
    await view.getByRole("img").first().waitFor();
    // On wide screens they are always shown.
    const details = view.getByRole("button", { name: language === "en" ? "Details" : "详情" });
    if (await details.isVisible()) await details.click();
    await examine("large view");
    await page.keyboard.press("Escape");
    await page.context().setOffline(true);
    await page.getByText(language === "en" ? "This device is offline." : "设备已离线。").waitFor();
    await examine("offline");
    expect(faults).toEqual([]);
  });
}

/** Runs in the page. Whether all finite animations have ended. */
function hasSettled(): boolean {
  const isRunning = ({ playState, effect }: Animation) =>
    playState === "running" && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
  return !document.getAnimations().some(isRunning);
}
