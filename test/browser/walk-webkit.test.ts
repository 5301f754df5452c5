/** The main walk in WebKit, the engine of Safari. */
import { webkit } from "playwright-core";
import { inject } from "vitest";
import { launchPlaywright } from "./drivers/playwright.ts";
import { launchWebKit } from "./drivers/webkit.ts";
import { walk } from "./support/walk.ts";

walk("WebKit", inject("webkit"), (found, size) =>
  found.by === "webdriver" ? launchWebKit(found, size) : launchPlaywright(webkit, inject("running").url, size),
);
