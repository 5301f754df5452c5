/**
 * A caller's credential: which region it belongs to and the session cookie itself. The prefix (`us-`, `hk-`, `jp-`,
 * `sg-`, none for China) is a convention of the open clients, not of the upstream. Never logged, never shown whole.
 */

import { type RegionId, regionIds } from "#shared/region-ids.ts";
import { ok, type Result } from "#shared/result.ts";
import { isSessionId, readSessionText, type SessionFault } from "#shared/session-text.ts";

export type Session = { region: RegionId; sessionId: string };

const prefixes = regionIds.filter((id) => id !== "cn");

/** A session as a person wrote it. Without a prefix it belongs to the Chinese site. */
export function readSession(text: string): Result<Session, SessionFault> {
  const read = readSessionText(text);
  return read.ok ? ok({ region: read.value.region ?? "cn", sessionId: read.value.sessionId }) : read;
}

/** A session as `formatSession` wrote it. @returns null when it did not write this. */
export function parseSession(text: string): Session | null {
  const credential = text.trim();
  const prefix = prefixes.find((id) => credential.toLowerCase().startsWith(`${id}-`));
  const sessionId = prefix === undefined ? credential : credential.slice(prefix.length + 1);
  return isSessionId(sessionId) ? { region: prefix ?? "cn", sessionId } : null;
}

/** The credential in one spelling, so that the same session is always recognised. */
export function formatSession(session: Session): string {
  return session.region === "cn" ? session.sessionId : `${session.region}-${session.sessionId}`;
}

/** For people, e.g. `hk-…c3f9`. A short value shows nothing of itself. */
export function maskSession(session: Session): string {
  const end = session.sessionId.length >= 16 ? session.sessionId.slice(-4) : "";
  return formatSession({ ...session, sessionId: `…${end}` });
}
