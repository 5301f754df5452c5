/** The main walk in Firefox. */
import { firefox } from "playwright-core";
import { inject } from "vitest";
import { launchFirefox } from "./drivers/firefox.ts";
import { launchPlaywright } from "./drivers/playwright.ts";
import { walk } from "./support/walk.ts";

walk("Firefox", inject("firefox"), ({ by, program }, size) =>
  by === "bidi" ? launchFirefox(program, size) : launchPlaywright(firefox, inject("running").url, size),
);
