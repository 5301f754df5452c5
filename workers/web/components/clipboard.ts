/** Copies text and shows a notice. Without HTTPS pages have no clipboard API: a selected text area replaces it. */

import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { notify } from "./toast.tsx";

/** @param done the notice after success. */
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
