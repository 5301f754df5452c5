/**
 * A caller's credential: the region and the session cookie. The prefix (`us-`, `hk-`, `jp-`, `sg-`, none for China) is
 * a convention of the open clients; the upstream does not know it. Never logged, never shown whole.
 */

import { type RegionId, regionIds } from "#shared/region-ids.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { isSessionId, readSessionText, type SessionFault, sessionFaultText } from "#shared/session-text.ts";
import type { Credential } from "#shared/upstreams/credential.ts";

export type Session = { region: RegionId; sessionId: string };

const prefixes = regionIds.filter((id) => id !== "cn");

/** Parses a session as people write it. Without a prefix it belongs to the Chinese site. */
export function readSession(text: string): Result<Session, SessionFault> {
  const read = readSessionText(text);
  return read.ok ? ok({ region: read.value.region ?? "cn", sessionId: read.value.sessionId }) : read;
}

/** As `readSession`, in the form of every upstream. Any text that is none of another one counts as a session. */
export function readCredentialSession(text: string): Result<Credential, string> {
  const read = readSession(text);
  return read.ok ? ok(credentialOf(read.value)) : err(sessionFaultText(read.error));
}

/** Parses the output of `formatSession`. @returns null for any other text. */
export function parseSession(text: string): Session | null {
  const credential = text.trim();
  const prefix = prefixes.find((id) => credential.toLowerCase().startsWith(`${id}-`));
  const sessionId = prefix === undefined ? credential : credential.slice(prefix.length + 1);
  return isSessionId(sessionId) ? { region: prefix ?? "cn", sessionId } : null;
}

/** The credential in its one canonical form. */
export function formatSession(session: Session): string {
  return session.region === "cn" ? session.sessionId : `${session.region}-${session.sessionId}`;
}

export const sessionOf = ({ place, secret }: Credential): Session => ({ region: place as RegionId, sessionId: secret });
export const credentialOf = ({ region, sessionId }: Session): Credential => ({
  upstream: "dreamina",
  place: region,
  secret: sessionId,
});

/** The session for people, e.g. `hk-…c3f9`; of a short one only the prefix. */
export function maskSession(session: Session): string {
  const end = session.sessionId.length >= 16 ? session.sessionId.slice(-4) : "";
  return formatSession({ ...session, sessionId: `…${end}` });
}
