import { sentenceFor } from "./errors.ts";
import { messages } from "./index.ts";
import { remedyMessages } from "./remedies.ts";
import { taskMessages } from "./tasks.ts";

/**
 * Why a task or batch waits, in the page's language.
 * @param reason the server's own words: more exact than the sentence of a code without one for waiting, but only English.
 */
export function heldUpText(reason: string, code = "internal"): string {
  const t = messages(taskMessages);
  const known = messages(remedyMessages).waits[code];
  return t.heldUp(known ?? (t.showsMessages ? reason : sentenceFor(code)));
}
