/** Reads the text of the form that adds to the pool: the same forms of sessions and keys as on the main page. */
import type { RegionId } from "#shared/region-ids.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { readCredentials } from "#web/state/session-text.ts";

/** `texts` as the API reads them; `fault`: why they are not sent. Nothing is sent in part. */
export type Pasted = { texts: string[]; fault: string | null };

/** @param region of sessions without a prefix. */
export function readPasted(text: string, region: RegionId): Pasted {
  const [t, ofSessions] = [messages(adminPoolMessages), messages(sessionMessages)];
  const { found, cloudless, unreadable, fault, lacksSessionCookie } = readCredentials(text, region);
  const texts = found.map((one) => one.text);
  const refuse = (reason: string): Pasted => ({ texts, fault: reason });
  if (lacksSessionCookie) return refuse(ofSessions.noSessionCookie);
  if (fault !== null) return refuse(ofSessions.faulty(fault));
  if (found.some(({ kind }) => kind === "key")) return refuse(t.noApiKeys);
  if (cloudless.length > 0) return refuse(t.cloudMissing);
  if (texts.length === 0) return refuse(ofSessions.nothingReadable);
  if (unreadable > 0) return refuse(t.unreadable(unreadable));
  return { texts, fault: null };
}
