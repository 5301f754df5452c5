/** The form's settings: only what can be had, remembered, carried by a link; and whatever is typed stays text. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { simulatorState } from "../integration/support/caller.ts";
import { eventually } from "./support/eventually.ts";
import {
  addSession,
  arriveWith,
  ask,
  cardOf,
  finished,
  largeView,
  openSessions,
  picturesIn,
  promptField,
  sendButton,
} from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

const models = (page: Page) => page.getByRole("combobox", { name: "Model" });
const ratio = (page: Page, name: string) => page.getByRole("radio", { name: new RegExp(`^${name},`) });

/** Everything the form says. */
async function settingsOf(page: Page) {
  const chosen = (group: string) => page.getByRole("group", { name: group, exact: true }).locator("input:checked");
  return {
    prompt: await promptField(page).inputValue(),
    model: await models(page).inputValue(),
    ratio: await chosen("Shape").getAttribute("aria-label"),
    resolution: await chosen("Resolution").evaluate((input) => input.closest("label")?.textContent),
    count: await chosen("How many").evaluate((input) => input.closest("label")?.textContent),
    negative: await page.getByRole("textbox", { name: "What should not be there" }).inputValue(),
    fineness: await page.getByRole("slider", { name: "Fineness" }).inputValue(),
    seed: await page.getByRole("textbox", { name: "Seed" }).inputValue(),
  };
}

const wished = {
  prompt: "a tall ship & two gulls",
  model: "dreamina-4.0",
  ratio: "9:16, 2304 by 4096 pixels",
  resolution: "4K",
  count: "2",
  negative: "people, text",
  fineness: "0.8",
  seed: "4294967295",
};

async function fillIn(page: Page): Promise<void> {
  await promptField(page).fill(wished.prompt);
  await models(page).selectOption(wished.model);
  await page.getByRole("radio", { name: wished.resolution, exact: true }).check();
  await ratio(page, "9:16").check();
  await page.getByRole("radio", { name: wished.count, exact: true }).check();
  await page.getByText("More settings", { exact: true }).click();
  await page.getByRole("textbox", { name: "What should not be there" }).fill(wished.negative);
  await page.getByRole("slider", { name: "Fineness" }).fill(wished.fineness);
  await page.getByRole("textbox", { name: "Seed" }).fill(wished.seed);
}

describe("settings", () => {
  it("are remembered over a reload, and a link carries them to somebody else", async () => {
    const page = await here.open("/", { permissions: ["clipboard-read", "clipboard-write"] });
    await arriveWith(page, "us-demo-us-settings");
    await fillIn(page);
    expect({ ...(await settingsOf(page)), ratio: null }).toEqual({ ...wished, ratio: null });
    const before = await settingsOf(page);
    await page.reload();
    await promptField(page).waitFor();
    expect(await settingsOf(page)).toEqual(before);

    await page.getByRole("button", { name: "More about these settings" }).click();
    await page.getByRole("menuitem", { name: "Copy a link to these settings" }).click();
    await page.getByRole("status").filter({ hasText: "Copied." }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).not.toContain("demo-us");
    expect(new URL(link).search).toBe("");

    const other = await here.open(link);
    await other.getByText("The settings of the link are filled in.").waitFor();
    await other.getByText("More settings", { exact: true }).click();
    await eventually(() => settingsOf(other)).toEqual(before);
    expect(new URL(other.url()).hash).toBe("");
  });

  it("are what Dreamina is asked for", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-asked");
    await fillIn(page);
    const { ratio: shape } = await settingsOf(page);
    const [, width, height] = /(\d+) by (\d+)/.exec((shape ?? "").replaceAll(",", "")) ?? [];
    await page.getByRole("button", { name: "Make 2 pictures" }).click();
    await finished(cardOf(page, wished.prompt), 2);
    const { jobs } = await simulatorState(here.simulator);
    const job = jobs.find(({ prompt }) => prompt.includes(wished.prompt));
    expect(job).toMatchObject({ plannedImages: 2, width: Number(width), height: Number(height) });
    await picturesIn(page).first().click();
    const view = largeView(page);
    for (const fact of [wished.negative, wished.seed, `${width} × ${height}`])
      await view.getByText(fact).first().waitFor();
  });

  it("are sent once by a double click, and once by keys held down", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-once");
    const prompts = ["a twice clicked ship", "a long pressed gull"];
    await promptField(page).fill(prompts[0] ?? "");
    await sendButton(page).dblclick();
    await promptField(page).fill(prompts[1] ?? "");
    await page.keyboard.down("Control");
    for (const _again of "123456") await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await page.keyboard.up("Control");
    for (const prompt of prompts) await finished(cardOf(page, prompt).first());
    expect(await page.getByRole("article").count()).toBe(2);
    const { jobs } = await simulatorState(here.simulator);
    for (const asked of prompts) expect(jobs.filter(({ prompt }) => prompt.includes(asked))).toHaveLength(1);
  });

  it("of a link bring its images in the place of earlier ones, also after a reload", async () => {
    const page = await here.open("/");
    const images = () => page.getByRole("img", { name: /^Reference image/ });
    const names = async () => {
      await page.reload();
      await promptField(page).waitFor();
      return images().evaluateAll((all) => all.map((image) => image.getAttribute("aria-label")));
    };
    await page.getByRole("radio", { name: "From images" }).check();
    await page.getByRole("textbox", { name: "Address of a picture" }).fill("https://example.com/old.png");
    await page.keyboard.press("Enter");
    await images().waitFor();
    await page.goto("about:blank");
    await page.goto(`${here.url}/#image=https://example.com/new.png`);
    await images().waitFor();
    await eventually(names).toEqual(["Reference image 1: new.png"]);
    expect(await names()).toEqual(["Reference image 1: new.png"]);
  });

  it("begin afresh by one button, and come back by Undo", async () => {
    const page = await here.open("/");
    await fillIn(page);
    const before = await settingsOf(page);
    await page.getByRole("button", { name: "More about these settings" }).click();
    await page.getByRole("menuitem", { name: "Start afresh" }).click();
    await eventually(() => promptField(page).inputValue()).toBe("");
    await page.getByRole("button", { name: "Undo" }).click();
    await eventually(() => settingsOf(page)).toEqual(before);
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("no number");
    await page.getByRole("alert").filter({ hasText: "A whole number" }).waitFor();
    await page.getByRole("button", { name: "More about these settings" }).click();
    await page.getByRole("menuitem", { name: "Start afresh" }).click();
    await eventually(() => seed.inputValue()).toBe("");
    expect(await page.getByRole("alert").filter({ hasText: "A whole number" }).count()).toBe(0);
  });

  it("that no session can have are not offered", async () => {
    const page = await here.open("/");
    await eventually(() => models(page).getByRole("option").count()).toBeGreaterThan(15);
    await addSession(page, "us-demo-us-offers");
    const values = () =>
      models(page)
        .getByRole("option")
        .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    await eventually(values).not.toContain("dreamina-xl-pro");
    expect(await values()).toContain("dreamina-gpt-image-2");
    await models(page).selectOption("nanobanana");
    expect(await page.getByRole("group", { name: "Shape" }).getByRole("radio").count()).toBe(1);
    expect(await page.getByRole("group", { name: "Resolution" }).getByRole("radio").count()).toBe(1);
    await models(page).selectOption("dreamina-3.0");
    expect(await page.getByRole("group", { name: "How many" }).getByRole("radio").count()).toBe(4);
  });

  it("out of range are refused beside their field: a seed, a prompt", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-range");
    await page.getByText("More settings", { exact: true }).click();
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("4294967296");
    await page.getByRole("alert").filter({ hasText: "A whole number from 0 to 4,294,967,295." }).waitFor();
    await promptField(page).fill("x".repeat(8_001));
    await page.getByRole("alert").filter({ hasText: "Too long: 8,000 characters are the most." }).waitFor();
    await sendButton(page).click();
    await promptField(page).fill("x");
    await sendButton(page).click();
    expect(await page.getByRole("article").count()).toBe(0);
    await seed.fill("7");
    await sendButton(page).click();
    await cardOf(page, "x").waitFor();
  });
});

describe("whatever is typed stays text", () => {
  const evil = "<img src=x onerror=alert(1)>";

  /** Nobody's script ran, and nothing typed became an element. */
  async function expectText(page: Page): Promise<void> {
    expect(await page.locator("img[src=x], script:not([src])").count()).toBe(0);
  }

  it("as a prompt, in card, large view, gallery and details", async () => {
    const page = await here.open("/");
    const alerts: string[] = [];
    page.on("dialog", (dialog) => {
      alerts.push(dialog.message());
      return dialog.dismiss();
    });
    await addSession(page, "us-demo-us-evil");
    const card = await ask(page, evil);
    expect(await card.innerText()).toContain(evil);
    await finished(card);
    await expectText(page);
    await picturesIn(card).first().click();
    await largeView(page).getByText(evil).first().waitFor();
    await expectText(page);
    await page.reload();
    await picturesIn(page).first().waitFor();
    await expectText(page);
    expect(alerts).toEqual([]);
  });

  it("as a link's settings, as names of sessions and files", async () => {
    const page = await here.open(`/#prompt=${encodeURIComponent(evil)}&model=${encodeURIComponent(evil)}&n=${evil}`);
    await eventually(() => promptField(page).inputValue()).toBe(evil);
    await page.getByRole("radio", { name: "From images" }).check();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: /choose files/ }).click(),
    ]);
    await chooser.setFiles({ name: `${evil}.txt`, mimeType: "text/plain", buffer: Buffer.from("x") });
    await page.getByText(`${evil}.txt is not a JPEG`).waitFor();
    const dialog = await openSessions(page);
    await dialog.getByRole("textbox", { name: "Session, or several" }).fill(`${evil} us-demo-us-evil-name-0001`);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "0001" }).getByText("Works", { exact: true }).waitFor();
    await expectText(page);
  });
});
