/** Says, in a dialog that was opened for something, that it goes on by itself, and lets it go on. */
import { useSignalEffect } from "@preact/signals";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";
import { goOnOnceOneWorks } from "./go-on.ts";
import { opened } from "./opened.ts";

export function Asked() {
  useSignalEffect(goOnOnceOneWorks);
  if (opened.value?.next == null) return null;
  return <p class="asked">{messages(firstMessages).asked}</p>;
}
