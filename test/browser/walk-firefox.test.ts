/** The main walk in Firefox. */
import { inFirefox } from "./support/other-browser.ts";
import { walk } from "./support/walk.ts";

inFirefox((open) => walk("Firefox", open));
