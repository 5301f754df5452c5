/** The form's settings: stored, copied by a link, and sent to Dreamina once. */
import { describe, expect, it } from "vitest";
import { simulatorState } from "#test/integration/support/caller.ts";
import { copiedBy } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import {
  addSession,
  arriveWith,
  cardOf,
  finished,
  imagesIn,
  largeView,
  promptField,
  sendButton,
} from "./support/person.ts";
import { product } from "./support/product.ts";
import { fillIn, settingsOf, wished } from "./support/settings.ts";

const here = product();

describe("settings", () => {
  it("settings are stored over a reload, and a link copies them to another browser", async () => {
    const page = await here.open("/", { permissions: ["clipboard-read", "clipboard-write"] });
    await arriveWith(page, "us-demo-us-settings");
    await fillIn(page);
    expect({ ...(await settingsOf(page)), ratio: null }).toEqual({ ...wished, ratio: null });
    const before = await settingsOf(page);
    await page.reload();
    await promptField(page).waitFor();
    expect(await settingsOf(page)).toEqual(before);

    await page.getByRole("button", { name: "Form options" }).click();
    const link = await copiedBy(page, async () => {
      await page.getByRole("menuitem", { name: "Copy a link to these settings" }).click();
      await page.getByRole("status").filter({ hasText: "Copied." }).waitFor();
    });
    expect(link).not.toContain("demo-us");
    expect(new URL(link).search).toBe("");

    const other = await here.open(link);
    await other.getByText("The form was filled in from the link.").waitFor();
    await other.getByText("More settings", { exact: true }).click();
    await eventually(() => settingsOf(other)).toEqual(before);
    expect(new URL(other.url()).hash).toBe("");
  });

  it("Dreamina gets the settings of the form, and the large view shows them", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-asked");
    await fillIn(page);
    const { ratio: shape } = await settingsOf(page);
    const [, width, height] = /(\d+) by (\d+)/.exec((shape ?? "").replaceAll(",", "")) ?? [];
    await page.getByRole("button", { name: "Make 2 images" }).click();
    await finished(cardOf(page, wished.prompt), 2);
    const { jobs } = await simulatorState(here.simulator);
    const job = jobs.find(({ prompt }) => prompt.includes(wished.prompt));
    expect(job).toMatchObject({ plannedImages: 2, width: Number(width), height: Number(height) });
    await imagesIn(page).first().click();
    const view = largeView(page);
    for (const fact of [wished.negative, wished.seed, `${width} × ${height}`])
      await view.getByText(fact).first().waitFor();
  });

  it("a double click on the button sends the form once, and so does a key held down", async () => {
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
});
