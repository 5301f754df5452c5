/**
 * The steps of a user, by roles and labels, in both languages. The texts are repeated here, so that a wrong text of the
 * page is found.
 */
import type { Locator, Page } from "playwright-core";

const english = {
  addSession: "Add a session or key",
  sessions: "Sessions and keys",
  manage: /^\d+ (sessions?|keys?)/,
  sessionText: "One or more sessions or keys",
  add: "Add",
  keyGuide: "Where do I get an official key?",
  whichCloud: "Which cloud gave you this key?",
  usable: "Works",
  close: "Close",
  prompt: "Prompt",
  send: /^Make \d+ images?$/,
  fromImages: "From images",
  address: "Image address",
  largeView: "Large view",
  language: "切换到中文",
  more: "More settings",
  retry: "Try again",
  making: /Waiting to start|Making images|Position \d+ in|ready|Sending/,
};

const chinese: typeof english = {
  addSession: "添加会话或密钥",
  sessions: "会话和密钥",
  manage: /^\d+ 个(会话|密钥)/,
  sessionText: "会话或密钥（可多个）",
  add: "添加",
  keyGuide: "在哪里获取官方密钥？",
  whichCloud: "这个密钥来自哪个云平台？",
  usable: "可用",
  close: "关闭",
  prompt: "提示词",
  send: /^生成 \d+ 张图片$/,
  fromImages: "图生图",
  address: "图片地址",
  largeView: "大图",
  language: "Switch to English",
  more: "更多设置",
  retry: "重试",
  making: /等待开始|正在生成|排队第|已完成|正在发送/,
};

export const spoken = { en: english, zh: chinese };
export type Spoken = typeof english;

/** The card of the task with this prompt. */
export const cardOf = (page: Page, prompt: string): Locator => page.getByRole("article", { name: prompt, exact: true });

/** The images of a card or page, as the buttons that open them. */
export const imagesIn = (place: Locator | Page): Locator => place.getByRole("button", { name: /^Image \d|^第 \d/ });

export const promptField = (page: Page, say: Spoken = english): Locator =>
  page.getByRole("textbox", { name: say.prompt, exact: true });

export const sendButton = (page: Page, say: Spoken = english): Locator => page.getByRole("button", { name: say.send });

export const largeView = (page: Page, say: Spoken = english): Locator =>
  page.getByRole("dialog", { name: say.largeView });

/** A row of the sessions dialog, by part of its text. */
export const sessionRow = (page: Page, shown: string): Locator => page.getByRole("listitem").filter({ hasText: shown });

/** Opens the sessions dialog, with or without sessions. */
export async function openSessions(page: Page, say: Spoken = english): Promise<Locator> {
  const header = page.getByRole("banner");
  await header
    .getByRole("button", { name: say.manage })
    .or(header.getByRole("button", { name: say.addSession }))
    .click();
  const dialog = page.getByRole("dialog", { name: say.sessions });
  await dialog.waitFor();
  return dialog;
}

/** Opens the sessions dialog, adds a session, waits until it works, and closes the dialog. */
export async function addSession(page: Page, session: string, say: Spoken = english): Promise<void> {
  const dialog = await openSessions(page, say);
  await dialog.getByRole("textbox", { name: say.sessionText }).fill(session);
  await dialog.getByRole("button", { name: say.add, exact: true }).click();
  await dialog.getByText(say.usable, { exact: true }).first().waitFor();
  await dialog.getByRole("button", { name: say.close }).first().click();
  await dialog.waitFor({ state: "hidden" });
}

/** Writes the prompt and sends it. @returns the card. */
export async function ask(page: Page, prompt: string, say: Spoken = english): Promise<Locator> {
  await promptField(page, say).fill(prompt);
  await sendButton(page, say).click();
  const card = cardOf(page, prompt).first();
  await card.waitFor();
  return card;
}

/** Resolves when the images of the card are loaded. */
export async function finished(card: Locator, count = 4): Promise<void> {
  await card.and(card.page().locator("[aria-busy=false]")).waitFor();
  const images = imagesIn(card);
  await images.nth(count - 1).waitFor();
  await card
    .page()
    .waitForFunction(
      (images) => images.every((image) => image instanceof HTMLImageElement && image.naturalWidth > 0),
      await images.locator("img").elementHandles(),
    );
}

/** Opens the page with sessions that an earlier page stored. */
export async function arriveWith(page: Page, sessions: string, path = "/"): Promise<void> {
  await page.addInitScript((text) => {
    localStorage.getItem("dreamina_tokens") ?? localStorage.setItem("dreamina_tokens", text);
  }, sessions);
  await page.goto(path);
  await promptField(page).or(promptField(page, chinese)).waitFor();
}

/** Fills the field of the sessions dialog and adds its text. */
export async function pasteSessions(dialog: Locator, text: string): Promise<void> {
  await dialog.getByRole("textbox", { name: english.sessionText }).fill(text);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
}

export const closeSessions = async (page: Page, dialog: Locator): Promise<void> => {
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
};
