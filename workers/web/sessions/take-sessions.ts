import type { RegionId } from "#shared/region-ids.ts";
import { notify } from "#web/components/toast.tsx";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checkSessions } from "#web/state/session-checks.ts";
import { readCredentials } from "#web/state/session-text.ts";
import { addSessions, sessions } from "#web/state/sessions.ts";

/**
 * Adds the sessions in a text and checks them.
 * @param region of those without a prefix.
 * @returns the problem with the text, when it holds no session.
 */
export function takeSessions(text: string, region: RegionId): { problem: string | null } {
  const t = messages(sessionMessages);
  const { found, unreadable, fault, lacksSessionCookie } = readCredentials(text, region);
  if (lacksSessionCookie) return { problem: t.noSessionCookie };
  const reason = fault === null ? null : t.faulty(fault);
  if (found.length === 0) return { problem: reason ?? t.nothingReadable };
  const added = addSessions(found);
  const news = added.length > 0 ? t.added(added.length) : t.knownAlready;
  notify([news, ...(unreadable > 0 ? [t.unreadable(unreadable)] : []), ...(reason === null ? [] : [reason])].join(" "));
  // Read again: the check needs the sessions as they are stored.
  const ids = new Set(added.map(({ id }) => id));
  void checkSessions(sessions.value.filter(({ id }) => ids.has(id)));
  return { problem: null };
}
