/**
 * The reader's sessions, or API keys instead. They stay in this browser and leave it only as the Authorization header
 * of calls to this server.
 */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { RegionId } from "#shared/region-ids.ts";
import type { Credits } from "#shared/wire/sessions.ts";
import { maxSessionsSent } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";
import { load, loadText, save, storedSignal } from "#web/storage/storage.ts";
import { newId } from "./new-id.ts";
import { type Credential, isReadable, readCredentials, regionOf, writtenFor } from "./session-text.ts";

/** What the last check found. */
export type Finding = {
  /** Milliseconds. */
  at: number;
  alive: boolean | null;
  credits: Credits | null;
  /** Where it may be used; for an API key, where the server's sessions are. */
  regions: RegionId[] | null;
  /** Why it cannot be used, or why nothing is known. */
  code: string | null;
};

export type StoredSession = Credential & { id: string; addedAt: number; finding: Finding | null };

export const sessions = storedSignal<StoredSession[]>({ name: "sessions", version: 1, read: readStored }, []);

/** Those that are sent: every session that is switched on, or one API key alone. */
export const active: ReadonlySignal<StoredSession[]> = computed(() => {
  const on = sessions.value.filter(({ isOn }) => isOn);
  const key = on.find(({ kind }) => kind === "key");
  return key === undefined ? on.slice(0, maxSessionsSent) : [key];
});

/** The regions of the active sessions; null when that is not known. */
export const activeRegions: ReadonlySignal<RegionId[] | null> = computed(() => {
  const known = active.value.map((session) => (session.kind === "key" ? session.finding?.regions : [homeOf(session)]));
  if (known.length === 0 || known.some((regions) => regions == null || regions.length === 0)) return null;
  return [...new Set(known.flatMap((regions) => regions ?? []))];
});

const homeOf = (session: StoredSession): RegionId => regionOf(session) ?? "cn";

/** The Authorization header of the active sessions; null when there are none. */
export const authorization = (): string | null => headerOf(active.value);

/** The header of certain sessions, as far as they are still here: for what was made with them before. */
export const authorizationOf = (ids: readonly string[]): string | null =>
  headerOf(sessions.value.filter(({ id }) => ids.includes(id)));

export function headerOf(given: readonly StoredSession[]): string | null {
  return given.length === 0 ? null : `Bearer ${given.map(({ text }) => text).join(",")}`;
}

/** @returns those that were not here before. */
export function addSessions(credentials: readonly Credential[]): StoredSession[] {
  const known = new Set(sessions.value.map(({ text }) => text));
  const added = credentials
    .filter(({ text }) => !known.has(text))
    .map((credential) => ({ ...credential, id: newId(), addedAt: Date.now(), finding: null }));
  if (added.length > 0) sessions.value = [...sessions.value, ...added];
  return added;
}

export function changeSession(id: string, change: Partial<Omit<StoredSession, "id">>): void {
  sessions.value = sessions.value.map((session) => (session.id === id ? { ...session, ...change } : session));
}

/** Writes a session for another region. One that is there already in this spelling takes its place. */
export function moveSession(id: string, region: RegionId): StoredSession | null {
  const session = sessions.value.find((one) => one.id === id);
  if (session === undefined) return null;
  const text = writtenFor(session.text, region);
  const twin = sessions.value.find((one) => one.text === text && one.id !== id);
  if (twin !== undefined) {
    removeSession(id);
    return twin;
  }
  const moved = { ...session, text, finding: null };
  changeSession(id, moved);
  return moved;
}

/** @returns puts it back to where it was. */
export function removeSession(id: string): () => void {
  const before = sessions.value;
  const index = before.findIndex((session) => session.id === id);
  const removed = before[index];
  sessions.value = before.filter((session) => session.id !== id);
  return () => {
    if (removed === undefined || sessions.value.some(({ text }) => text === removed.text)) return;
    sessions.value = sessions.value.toSpliced(index, 0, removed);
  };
}

/** A file that this page, here or elsewhere, can read again. It holds the sessions in full. */
export const exported = (): string =>
  JSON.stringify(
    { dreamina_sessions: sessions.value.map(({ text, name, isOn }) => ({ session: text, name, on: isOn })) },
    null,
    2,
  );

/** What an older page kept in this browser is taken over once; its own copy stays where it is. */
export function takeOverOldSessions(): StoredSession[] {
  if (load(takenOver) === true) return [];
  const { found } = readCredentials(loadText(oldKey) ?? "", "cn");
  if (found.length === 0) return [];
  save(takenOver, true);
  return addSessions(found);
}
const oldKey = "dreamina_tokens";
const takenOver = { name: "taken-over", version: 1, read: (stored: unknown) => stored === true };

function readStored(stored: unknown): StoredSession[] | undefined {
  if (!Array.isArray(stored)) return undefined;
  return stored.filter(isRecord).flatMap((session) => {
    const { id, kind, text, name, isOn, addedAt, finding } = session;
    if (typeof id !== "string" || typeof text !== "string" || (kind !== "session" && kind !== "key")) return [];
    return [
      {
        id,
        kind,
        text,
        name: typeof name === "string" ? name : "",
        // One that the API does not take would bring a refusal of all that are sent with it.
        isOn: isOn !== false && isReadable({ kind, text }),
        addedAt: typeof addedAt === "number" ? addedAt : 0,
        // Written by this page alone; a wrong one costs no more than a wrong badge.
        finding: isRecord(finding) && typeof finding.at === "number" ? (finding as Finding) : null,
      },
    ];
  });
}
