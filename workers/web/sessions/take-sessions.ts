import type { RegionId } from "#shared/region-ids.ts";
import { notify } from "#web/components/toast.tsx";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checkSessions } from "#web/state/session-checks.ts";
import { type Credential, readCredentials } from "#web/state/session-text.ts";
import { addSessions, sessions } from "#web/state/sessions.ts";
import { askForCloud } from "./cloudless-keys.ts";

/**
 * Adds the sessions and keys in a text and checks them. Asks for the cloud of keys without one.
 * @param region of sessions without a prefix.
 * @returns the problem with the text, when it holds no session and no key.
 */
export function takeSessions(text: string, region: RegionId): { problem: string | null } {
  const t = messages(sessionMessages);
  const { found, cloudless, unreadable, fault, lacksSessionCookie } = readCredentials(text, region);
  if (lacksSessionCookie) return { problem: t.noSessionCookie };
  const reason = fault === null ? null : t.faulty(fault);
  if (found.length + cloudless.length === 0) return { problem: reason ?? t.nothingReadable };
  askForCloud(cloudless);
  const rest = [unreadable > 0 ? t.unreadable(unreadable) : null, reason].filter((one) => one !== null);
  if (found.length > 0) take(found, rest);
  else if (rest.length > 0) notify(rest.join(" "));
  return { problem: null };
}

/** @param more sentences of the same notice. */
export function take(found: readonly Credential[], more: readonly string[] = []): void {
  const t = messages(sessionMessages);
  const added = addSessions(found);
  const keys = added.filter(({ kind }) => kind !== "session").length;
  notify([added.length > 0 ? t.added(added.length - keys, keys) : t.knownAlready, ...more].join(" "));
  // Read again: the check needs the sessions as they are stored.
  const ids = new Set(added.map(({ id }) => id));
  void checkSessions(sessions.value.filter(({ id }) => ids.has(id)));
}
