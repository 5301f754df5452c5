/** The files that people have, in Firefox. */
import { inFirefox } from "./support/other-browser.ts";
import { pictureWalk } from "./support/picture-walk.ts";

inFirefox((open) => pictureWalk("firefox", open));
