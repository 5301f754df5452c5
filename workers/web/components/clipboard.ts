/** Copying text, and saying so. Without HTTPS the browser has no clipboard for pages; a selected field does as well. */

import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { notify } from "./toast.tsx";

/** @param done what is said when it worked. */
export async function copyText(text: string, done?: string): Promise<void> {
  const { copied, notCopied } = messages(componentMessages);
  notify((await write(text)) ? (done ?? copied) : notCopied);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeBySelection(text);
  }
}

function writeBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  const host = document.querySelector("dialog[open]:last-of-type") ?? document.body;
  host.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
  }
}
