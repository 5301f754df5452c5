/** The driver of Firefox on pages with faults. */
import { driverHarness } from "./support/driver-harness.ts";
import { inFirefox } from "./support/other-browser.ts";

inFirefox((_open, openUnwatched) => driverHarness(openUnwatched));
