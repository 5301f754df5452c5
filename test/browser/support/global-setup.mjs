// Finds, or fetches, the browser before the first browser test; Vitest comes here only if there is one to run. That
// none could be had fails those tests, in test/browser/support/product.ts, and not the run with everything else in it.

import { ensureBrowser } from "../../../scripts/browser.mjs";

export default async function setup({ provide }) {
  try {
    provide("browser", { path: await ensureBrowser() });
  } catch (error) {
    provide("browser", { missing: error.message });
  }
}
