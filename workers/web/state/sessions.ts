/**
 * The user's sessions and keys. They are stored in this browser and leave it only in the Authorization header of
 * requests to this server.
 */

import { computed, type ReadonlySignal } from "@preact/signals";
import { type ArkCloud, arkClouds } from "#shared/ark-key-text.ts";
import type { RegionId } from "#shared/region-ids.ts";
import type { Credits } from "#shared/wire/sessions.ts";
import { maxSessionsSent } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";
import { load, loadText, save, storedSignal } from "#web/storage/storage.ts";
import { newId } from "./new-id.ts";
import { type Credential, cloudOf, isReadable, readCredentials, regionOf, writtenFor } from "./session-text.ts";

/** Result of the last check. */
export type Finding = {
  /** Milliseconds. */
  at: number;
  alive: boolean | null;
  credits: Credits | null;
  /** Regions where it works; for an API key, those of the server's sessions. */
  regions: RegionId[] | null;
  /** For an API key, the clouds of the server's keys. Findings of an earlier page have none. */
  clouds?: ArkCloud[] | null;
  /** Code of why it does not work or could not be checked. */
  code: string | null;
};

export type StoredSession = Credential & { id: string; addedAt: number; finding: Finding | null };

export const sessions = storedSignal<StoredSession[]>({ name: "sessions", version: 1, read: readStored }, []);

/** Those that are sent: every session and key of a cloud that is on, or one API key alone. */
export const active: ReadonlySignal<StoredSession[]> = computed(() => {
  const on = sessions.value.filter(({ isOn }) => isOn);
  const key = on.find(({ kind }) => kind === "key");
  return key === undefined ? on.slice(0, maxSessionsSent) : [key];
});

/** Where the active sessions and keys can be used. */
export type Places = { regions: RegionId[]; clouds: ArkCloud[] };

/** null when unknown. */
export const activePlaces: ReadonlySignal<Places | null> = computed(() => {
  const known = active.value.map(placesOf);
  if (known.length === 0 || known.some(({ regions, clouds }) => regions.length + clouds.length === 0)) return null;
  return {
    regions: [...new Set(known.flatMap(({ regions }) => regions))],
    clouds: arkClouds.filter((cloud) => known.some(({ clouds }) => clouds.includes(cloud))),
  };
});

function placesOf(session: StoredSession): Places {
  const { finding, kind } = session;
  if (kind === "key") return { regions: finding?.regions ?? [], clouds: finding?.clouds ?? [] };
  const [region, cloud] = [regionOf(session), cloudOf(session)];
  return { regions: region === null ? [] : [region], clouds: cloud === null ? [] : [cloud] };
}

/** The Authorization header of the active sessions; null when there are none. */
export const authorization = (): string | null => headerOf(active.value);

/** The Authorization header of given sessions, without those that were removed. */
export const authorizationOf = (ids: readonly string[]): string | null =>
  headerOf(sessions.value.filter(({ id }) => ids.includes(id)));

export function headerOf(given: readonly StoredSession[]): string | null {
  return given.length === 0 ? null : `Bearer ${given.map(({ text }) => text).join(",")}`;
}

/** @returns the sessions that were not in the list before. */
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

/** Changes the region of a session. @returns the changed session, or one with the same text that was in the list. */
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

/** @returns a function that restores it at its position. */
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

/** JSON that this page can import. It contains the complete sessions. */
export const exported = (): string =>
  JSON.stringify(
    { dreamina_sessions: sessions.value.map(({ text, name, isOn }) => ({ session: text, name, on: isOn })) },
    null,
    2,
  );

/** Imports the sessions that an earlier page stored in this browser, once; the old copy stays. */
export function importOldSessions(): StoredSession[] {
  if (load(oldImported) === true) return [];
  const { found } = readCredentials(loadText(oldKey) ?? "", "cn");
  if (found.length === 0) return [];
  save(oldImported, true);
  return addSessions(found);
}
const oldKey = "dreamina_tokens";
const oldImported = { name: "taken-over", version: 1, read: (stored: unknown) => stored === true };

function readStored(stored: unknown): StoredSession[] | undefined {
  if (!Array.isArray(stored)) return undefined;
  return stored.filter(isRecord).flatMap((session) => {
    const { id, kind, text, name, isOn, addedAt, finding } = session;
    if (typeof id !== "string" || typeof text !== "string" || !isKind(kind)) return [];
    return [
      {
        id,
        kind,
        text,
        name: typeof name === "string" ? name : "",
        // The API refuses a header that contains an invalid session.
        isOn: isOn !== false && isReadable({ kind, text }),
        addedAt: typeof addedAt === "number" ? addedAt : 0,
        // Not validated further: only this page writes it, and a wrong one only shows a wrong badge.
        finding: isRecord(finding) && typeof finding.at === "number" ? (finding as Finding) : null,
      },
    ];
  });
}

/** A function declaration: it runs while this module is still loading. */
function isKind(kind: unknown): kind is Credential["kind"] {
  return kind === "session" || kind === "key" || kind === "ark";
}
