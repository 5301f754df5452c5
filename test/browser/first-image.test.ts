/** From the first visit to a downloaded image, by mouse and by touch. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { saved } from "./support/files.ts";
import { swipe } from "./support/gestures.ts";
import { hasFocus } from "./support/keyboard.ts";
import { answerAsLive } from "./support/live.ts";
import {
  addSession,
  ask,
  cardOf,
  finished,
  imagesIn,
  largeView,
  pasteSessions,
  promptField,
  sendButton,
} from "./support/person.ts";
import { sizeOfPng, statedSize } from "./support/png.ts";
import { phone, product } from "./support/product.ts";

const here = product();

it("the texts of the first visit lead to a downloaded image of the stated size", async () => {
  const page = await here.open("/");
  await page.getByRole("heading", { name: "Describe the image you want." }).waitFor();
  await page.getByText("the images and the credits are made up").waitFor();

  await addSession(page, "us-demo-us-first");
  const card = await ask(page, "a lighthouse at dawn");
  await card.getByRole("progressbar").waitFor();
  await finished(card);
  expect(await imagesIn(card).count()).toBe(4);
  await page.getByRole("status").filter({ hasText: "4 images are ready: a lighthouse at dawn" }).waitFor();

  await imagesIn(card).nth(1).click();
  const download = largeView(page).getByRole("button", { name: "Download", exact: true });
  const file = await saved(page, () => download.click());
  expect(file.name).toMatch(/^a-lighthouse-at-dawn-\d{8}-\d{6}-2\.png$/);
  expect(sizeOfPng(file.bytes)).toEqual(statedSize(await card.innerText()));
  expect(await here.jobsWith("a lighthouse at dawn")).toHaveLength(1);
});

it("on a simulated server one press of an example takes its demo session and makes the images", async () => {
  const page = await here.open("/", { locale: "zh-CN", viewport: phone, isMobile: true, hasTouch: true });
  const prompt = "雾中远山，一叶孤舟，水墨画";
  await page.getByText("以上是示例插画，并非由即梦生成。").waitFor();
  await page.getByRole("button", { name: prompt }).tap();
  await finished(cardOf(page, prompt));
  await page
    .getByRole("banner")
    .getByRole("button", { name: /^1 个会话/ })
    .waitFor();
  expect(await here.jobsWith(prompt)).toHaveLength(1);
});

describe("without a session, on a server that calls Dreamina itself", () => {
  const refused =
    "Dreamina makes images for its international sessions (US, Hong Kong, Japan, Singapore and elsewhere) only";

  async function openLive(): Promise<Page> {
    const page = await (await here.context()).newPage();
    await answerAsLive(page);
    await page.goto("/");
    await page.getByRole("main").getByText(refused).waitFor();
    return page;
  }

  it("a sent form asks for a session, says which regions are refused today, and keeps the prompt", async () => {
    const page = await openLive();
    await promptField(page).fill("an empty chair");
    await sendButton(page).click();
    const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
    await dialog.getByText("Where do I find my session?").waitFor();
    await dialog.getByText("Find the row “sessionid” or “sessionid_ss” and copy its value.").waitFor();
    await dialog.getByText(refused).waitFor();
    await dialog.getByRole("radio", { name: "China" }).check();
    await dialog.getByText(refused).waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await promptField(page).inputValue()).toBe("an empty chair");
    expect(await here.jobsWith("an empty chair")).toEqual([]);
  });

  it("an example starts, and the dialog closes, when a session that was added works", async () => {
    const page = await openLive();
    const prompt = "A lighthouse on a cliff at dawn, layered paper cut";
    await page.getByRole("button", { name: prompt }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
    await pasteSessions(dialog, "us-demo-us-asked-expired-0000000001");
    await dialog.getByText("Expired", { exact: true }).waitFor();
    await pasteSessions(dialog, "us-demo-us-asked");
    await dialog.waitFor({ state: "hidden" });
    await finished(cardOf(page, prompt));
    expect((await here.jobsWith(prompt)).map(({ session }) => session)).toEqual(["demo-us-asked"]);
  });
});

it("an empty prompt is not sent: its field shows the reason and has the focus", async () => {
  const page = await here.open("/");
  await addSession(page, "us-demo-us-empty");
  await sendButton(page).click();
  await page.getByRole("alert").filter({ hasText: "Enter a prompt." }).waitFor();
  expect(await hasFocus(promptField(page))).toBe(true);
});

it("every step works by touch on a phone, and nothing lies outside of the screen", async () => {
  const page = await here.open("/", { viewport: phone, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  await page.getByRole("button", { name: "Write a prompt" }).tap();
  await eventually(() => hasFocus(promptField(page))).toBe(true);
  await eventually(() => isInSight(page, promptField(page))).toBe(true);
  await page.getByRole("main").getByRole("button", { name: "Add a session" }).tap();
  const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
  await dialog.getByRole("textbox", { name: "One or more sessions or keys" }).fill("us-demo-us-thumb");
  expect(await outsideTheScreen(page), "sessions").toEqual([]);
  await dialog.getByRole("button", { name: "Add", exact: true }).tap();
  await dialog.getByText("Works", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).first().tap();

  await promptField(page).fill("a boat in fog");
  expect(await outsideTheScreen(page), "form").toEqual([]);
  await sendButton(page).tap();
  const card = cardOf(page, "a boat in fog");
  await eventually(() => isInSight(page, card), "what was asked for is in sight").toBe(true);
  await finished(card);
  expect(await outsideTheScreen(page), "tasks").toEqual([]);

  await imagesIn(card).first().tap();
  const view = largeView(page);
  const image = (place: number) => view.getByRole("img", { name: `Image ${place}: a boat in fog` });
  await image(1).waitFor();
  expect(await outsideTheScreen(page), "large view").toEqual([]);
  await swipe(page, image(1), { x: -200, y: 0 });
  await image(2).waitFor();
  await swipe(page, image(2), { x: 200, y: 0 });
  await image(1).waitFor();
  const file = await saved(page, () => view.getByRole("button", { name: "Download", exact: true }).tap());
  expect(sizeOfPng(file.bytes)).toEqual(statedSize(await card.innerText()));
  await swipe(page, image(1), { x: 0, y: 250 });
  await view.waitFor({ state: "hidden" });
});

/** Controls outside of the screen's width, and whether the page scrolls sideways. */
function outsideTheScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pressed = [...document.querySelectorAll<HTMLElement>("button, a, input, select, textarea, label")];
    const outside = pressed.filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1) && element.checkVisibility();
    });
    const names = outside.map((element) => element.getAttribute("aria-label") ?? element.innerText);
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [...names, `the page is ${scrollWidth} wide`] : names;
  });
}

const isInSight = async (page: Page, element: ReturnType<typeof cardOf>): Promise<boolean> => {
  const box = await element.boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  return box !== null && box.y >= 0 && box.y < height / 2;
};
