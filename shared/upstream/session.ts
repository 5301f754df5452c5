/**
 * A caller's credential: which region it belongs to and the session cookie itself. The prefix (`us-`, `hk-`, `jp-`,
 * `sg-`, none for China) is a convention of the open clients, not of the upstream. Never logged, never shown whole.
 */
import { type RegionId, regionIds } from "./region.ts";

export type Session = { region: RegionId; sessionId: string };

const prefixes = regionIds.filter((id) => id !== "cn");

/** @returns null when the text cannot be a session: empty, or with characters no cookie value may hold. */
export function parseSession(text: string): Session | null {
  const credential = text.trim();
  const prefix = prefixes.find((id) => credential.toLowerCase().startsWith(`${id}-`));
  const sessionId = prefix === undefined ? credential : credential.slice(prefix.length + 1);
  // Cookie octets of RFC 6265 §4.1.1, less the percent sign, which no session id has.
  if (!/^[\w!#$&'()*+./:<=>?@[\]^`{|}~-]{4,512}$/.test(sessionId)) return null;
  return { region: prefix ?? "cn", sessionId };
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
