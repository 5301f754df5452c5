/** The files that people have, in WebKit, the engine of Safari. */
import { it } from "vitest";
import { inWebKit } from "./support/other-browser.ts";
import { pictureWalk } from "./support/picture-walk.ts";

// The WebKit of a Mac reads what the system does.
if (process.platform === "linux") inWebKit((open) => pictureWalk("webkit", open));
else it.skip("the table of files says what WebKit reads on Linux");
