/** A stopped server: the page shows a notice and continues by itself. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { brokenOff } from "./support/faults.ts";
import { ask, finished, imagesIn } from "./support/person.ts";
import { product } from "./support/product.ts";
import { type Relay, startRelay } from "./support/relay.ts";

const here = product();

describe("a stopped server", () => {
  const silence = "The server does not answer. The page retries and continues by itself.";

  async function visitOver(relay: Relay, session: string): Promise<Page> {
    return here.visit(session, { baseURL: relay.url, expecting: [brokenOff] });
  }

  it("the page reports a server that does not answer, continues when it is back, and the running task completes", async () => {
    const relay = await startRelay(here.url);
    const page = await visitOver(relay, "us-demo-us-stopped");
    const card = await ask(page, "during an outage sim:slow");
    await eventually(() => here.jobsWith("during an outage")).toHaveLength(1);
    await relay.cut();
    await page.getByRole("status").filter({ hasText: silence }).waitFor();
    const second = await ask(page, "asked meanwhile");
    await second.getByText("The server cannot be reached.").waitFor();
    await relay.mend();
    await page.getByText(silence).waitFor({ state: "hidden" });
    await finished(card);
    await second.getByRole("button", { name: "Try again" }).click();
    await finished(second);
    expect(await here.jobsWith("during an outage")).toHaveLength(1);
    expect(await here.jobsWith("asked meanwhile")).toHaveLength(1);
    await relay.cut();
  });

  it("a page opened without a server shows earlier images, and can make more when the server is back", async () => {
    const relay = await startRelay(here.url);
    const page = await visitOver(relay, "us-demo-us-kept");
    await finished(await ask(page, "kept from before"));
    await page.route("**/v1/**", (route) => route.abort("connectionrefused"));
    await page.route("**/{health,ping}", (route) => route.abort("connectionrefused"));
    await page.reload();
    await page.getByText(silence).waitFor();
    await imagesIn(page).first().waitFor();
    await page.unrouteAll();
    await page.getByText(silence).waitFor({ state: "hidden" });
    await finished(await ask(page, "new after all"));
    await relay.cut();
  });
});
