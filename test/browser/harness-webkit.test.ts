/** The driver of WebKit on pages with faults. */
import { driverHarness } from "./support/driver-harness.ts";
import { inWebKit } from "./support/other-browser.ts";

inWebKit((_open, openUnwatched) => driverHarness(openUnwatched));
