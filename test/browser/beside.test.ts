/** Images taken from the page: dragged onto the form, and two of them compared. */
import { expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { eventually } from "./support/eventually.ts";
import { ask, finished, imagesIn } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

it("an image dragged onto the form becomes a reference image; dropped elsewhere it does not", async () => {
  const page = await here.visit("us-demo-us-dragged");
  const card = await ask(page, "a boat to drag");
  await finished(card);
  const references = page.getByRole("img", { name: /^Reference image/ });
  await imagesIn(card).first().dragTo(page.getByRole("banner"));
  expect(await references.count()).toBe(0);
  await imagesIn(card)
    .nth(1)
    .dragTo(page.getByRole("form", { name: "New images" }));
  await references.first().waitFor();
  expect(await references.count()).toBe(1);
  await finished(await ask(page, "the dragged boat in snow"));
  const [job] = await here.jobsWith("the dragged boat in snow");
  expect(job?.inputs.map(({ format }) => format)).toEqual(["png"]);
});

it("two selected images are compared under a slider, which the keyboard moves", async () => {
  const page = await here.visit("us-demo-us-compared");
  const card = await ask(page, "a boat to compare");
  await finished(card);
  await page.reload();
  await page.getByRole("button", { name: "Select", exact: true }).click();
  const compare = page.getByRole("toolbar").getByRole("button", { name: "Compare" });
  await imagesIn(page).nth(0).click();
  expect(await compare.isDisabled()).toBe(true);
  await imagesIn(page).nth(2).click();
  await compare.click();
  const dialog = page.getByRole("dialog", { name: "Compare" });
  const right = dialog.getByRole("img", { name: "3 · a boat to compare" });
  const hidden = () => right.evaluate((image) => getComputedStyle(image).clipPath);
  await eventually(hidden).toBe("inset(0px 0px 0px 50%)");
  await dialog.getByRole("slider").focus();
  await page.keyboard.press("End");
  await eventually(hidden).toBe("inset(0px 0px 0px 100%)");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});
