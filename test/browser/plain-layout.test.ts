/** The form is laid out without what WebKit places in another way. */
import { expect, it } from "vitest";
import { promptField } from "./support/person.ts";
import { phone, product } from "./support/product.ts";

const here = product();

/** Runs in the page. Elements of the form that float, have a negative margin, or are legends of a grid. */
function oddities(): string[] {
  return [...document.querySelectorAll(".compose, .compose *")].flatMap((element) => {
    const { float, marginTop, marginRight, marginBottom, marginLeft } = getComputedStyle(element);
    const isOdd =
      float !== "none" ||
      element instanceof HTMLLegendElement ||
      [marginTop, marginRight, marginBottom, marginLeft].some((margin) => Number.parseFloat(margin) < 0);
    return isOdd ? [`${element.tagName.toLowerCase()}.${element.getAttribute("class")}`] : [];
  });
}

it.each([
  ["at a desk", {}],
  ["on a phone", { viewport: phone, hasTouch: true, isMobile: true }],
])("the form has no floats, legends or negative margins, and does not scroll sideways: %s", async (_where, wishes) => {
  const page = await here.open("/", wishes);
  await promptField(page).waitFor();
  await page.getByText("More settings", { exact: true }).click();
  expect(await page.evaluate(oddities)).toEqual([]);
  await page.getByRole("radio", { name: "From images" }).check();
  expect(await page.evaluate(oddities)).toEqual([]);
  const sideways = () =>
    page.evaluate(() =>
      [document.body, ...document.querySelectorAll(".compose-fields")].map(
        (element) => element.scrollWidth > element.clientWidth,
      ),
    );
  expect(await sideways()).toEqual([false, false]);
});
