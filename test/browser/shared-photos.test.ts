/** Photos that another app shares with the installed page. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { product } from "./support/product.ts";
import { namesIn, referenceImages } from "./support/reference-images.ts";

const here = product();
const { sample, visit } = referenceImages(here);

const registrations = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

it("photos shared with the installed page become reference images, once", async () => {
  const moon = await sample("a moon.jpg", "200x300.jpg");
  const page = await visit("us-demo-us-shared");
  expect(await registrations(page)).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event("appinstalled")));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await eventually(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

  // The page may send no forms, so what the device does is done by fetch; the same service worker takes it.
  const leadsTo = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const form = new FormData();
    form.append("photos", new File([bytes], "a moon.jpg", { type: "image/jpeg" }));
    return (await fetch("/share", { method: "POST", body: form })).url;
  }, moon.bytes.toString("base64"));
  expect(new URL(leadsTo).search).toBe("?shared");

  await page.goto(leadsTo);
  await eventually(() => namesIn(page)).toEqual(["a moon.jpg"]);
  expect(new URL(page.url()).search).toBe("");
  await page.goto(leadsTo);
  await eventually(() => namesIn(page)).toEqual(["a moon.jpg"]);
});
