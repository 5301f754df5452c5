/** A device without a network: the page shows a notice and continues by itself. */
import { expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { brokenOff } from "./support/faults.ts";
import { ask, finished } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

it("a page without a network shows a notice, and continues by itself when the network is back", async () => {
  const page = await here.visit("us-demo-us-offline", { expecting: [brokenOff] });
  const card = await ask(page, "without a net sim:slow");
  await eventually(() => here.jobsWith("without a net")).toHaveLength(1);
  await page.context().setOffline(true);
  const notice = page.getByText("This device is offline. The server goes on with your images");
  await notice.waitFor();
  await page.context().setOffline(false);
  await notice.waitFor({ state: "hidden" });
  await finished(card);
  expect(await here.jobsWith("without a net")).toHaveLength(1);
});
