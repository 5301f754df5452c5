/** The main walk in WebKit, the engine of Safari. */
import { inWebKit } from "./support/other-browser.ts";
import { walk } from "./support/walk.ts";

inWebKit((open) => walk("WebKit", open));
