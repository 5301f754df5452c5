/** Runs axe on a page. It is injected by the debugger, because the page's Content-Security-Policy refuses it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";

const impacts = ["minor", "moderate", "serious", "critical"] as const;
const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Every fault of this impact or worse, as `serious color-contrast: … at button.send`; none is `[]`.
 * @param from the lowest impact that counts
 * @param rule the only one that is checked; null: all are
 */
export async function accessibilityFaults(
  page: Page,
  from: (typeof impacts)[number] = "serious",
  rule: "color-contrast" | null = null,
): Promise<string[]> {
  const debug = await page.context().newCDPSession(page);
  try {
    const known = await debug.send("Runtime.evaluate", { expression: "typeof axe" });
    if (known.result.value === "undefined") await debug.send("Runtime.evaluate", { expression: source });
    const { result, exceptionDetails } = await debug.send("Runtime.evaluate", {
      expression: `axe.run(document, ${JSON.stringify({ resultTypes: ["violations"], ...(rule && { runOnly: [rule] }) })})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    const { violations } = result.value as axe.AxeResults;
    return violations
      .filter(({ impact }) => impacts.indexOf(impact ?? "critical") >= impacts.indexOf(from))
      .flatMap(({ impact, id, help, nodes }) =>
        nodes.map(({ target }) => `${impact} ${id}: ${help} at ${target.join(" ")}`),
      );
  } finally {
    await debug.detach();
  }
}
