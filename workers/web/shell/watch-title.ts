/** The page's title, in its language. */
import { effect } from "@preact/signals";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { unseenImages } from "#web/state/ready.ts";
import { countedTitle } from "./counted-title.ts";

export function watchTitle(): void {
  effect(() => {
    const { title, tagline } = messages(shellMessages);
    document.title = countedTitle(unseenImages.value, `${title} – ${tagline}`);
  });
}
