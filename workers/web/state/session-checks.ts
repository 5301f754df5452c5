/**
 * Checks sessions and keys through the server: `/v1/sessions/check` distinguishes a wrong prefix from an expired
 * session, with three calls to the site for each; `/v1/credits` only fetches the balance. Of a key both only ask its
 * cloud whether it is taken.
 */

import { signal } from "@preact/signals";
import type { ArkCloud } from "#shared/ark-key-text.ts";
import type { RegionId } from "#shared/region-ids.ts";
import type { Credits, SessionCheck, SessionCredits } from "#shared/wire/sessions.ts";
import { ApiError } from "#web/api/api-error.ts";
import { maxCreditsAgeMs, maxSessionsAskedForCredits, maxSessionsChecked } from "#web/limits.ts";
import { call } from "./client.ts";
import { noteNoAnswer } from "./connection.ts";
import { stateOf } from "./session-summary.ts";
import { isReadable } from "./session-text.ts";
import { changeSession, type Finding, headerOf, type StoredSession, sessions } from "./sessions.ts";

/** Ids of the sessions that are being checked. */
export const checking = signal<ReadonlySet<string>>(new Set());

/** Never rejects: a failure becomes the finding of each session. */
export function checkSessions(given: readonly StoredSession[]): Promise<void> {
  return ask(given, maxSessionsChecked, async (header) => {
    const { data } = await call<{ data: SessionCheck[] }>("/v1/sessions/check", {
      method: "POST",
      authorization: header,
    });
    return data.map((row) => ({
      alive: row.alive,
      credits: row.credits,
      regions: row.answers_in,
      code: row.error_code ?? null,
      home: { region: row.region, cloud: row.cloud ?? null },
    }));
  });
}

/**
 * Fetches the balances of the sessions that are on. A refusal may mean that the prefix is wrong: that session is then
 * checked.
 * @param freshMs balances younger than this are kept.
 */
export async function refreshCredits(freshMs = maxCreditsAgeMs): Promise<void> {
  const now = Date.now();
  // A task changes the balance of a session, but nothing about a key.
  const maxAgeMs = ({ kind }: StoredSession) => (kind === "ark" ? maxCreditsAgeMs : freshMs);
  const isStale = (session: StoredSession) => now - (session.finding?.at ?? 0) > maxAgeMs(session);
  const stale = sessions.peek().filter((session) => session.isOn && isStale(session) && !isSettled(session));
  await ask(stale, maxSessionsAskedForCredits, async (header) => {
    const { data } = await call<{ data: SessionCredits[] }>("/v1/credits", { authorization: header });
    return data.map((row) => ({
      alive: row.alive,
      credits: row.credits,
      regions: null,
      code: row.error?.code ?? null,
      home: { region: row.region, cloud: row.cloud ?? null },
    }));
  });
  const asked = new Set(stale.map(({ id }) => id));
  const refused = sessions.peek().filter(({ id, kind, finding }) => {
    return asked.has(id) && kind === "session" && finding?.alive === false;
  });
  if (refused.length > 0) await checkSessions(refused);
}

/** Expired, or under a wrong prefix: only its owner can change that, so its balance is not fetched. */
const isSettled = (session: StoredSession): boolean => ["bad", "misplaced"].includes(stateOf(session));

type Row = Omit<Finding, "at"> & { home: { region: RegionId | null; cloud: ArkCloud | null } };

/** An API key is checked alone: its rows are the server's own sessions and keys. */
async function ask(
  given: readonly StoredSession[],
  maxPerCall: number,
  rowsFor: (header: string) => Promise<Row[]>,
): Promise<void> {
  // The API refuses a header that contains one of these.
  const unreadable = given.filter((session) => !isReadable(session));
  noteFailure(unreadable, new ApiError({ status: 401, code: "unauthorized", message: "It is no session." }));
  const own = given.filter((session) => session.kind !== "key" && !unreadable.includes(session));
  const groups = [
    ...given.filter(({ kind }) => kind === "key").map((key) => [key]),
    ...Array.from({ length: Math.ceil(own.length / maxPerCall) }, (_, index) =>
      own.slice(index * maxPerCall, (index + 1) * maxPerCall),
    ),
  ];
  await Promise.all(
    groups.map(async (group) => {
      const header = headerOf(group);
      if (header === null) return;
      mark(group, true);
      try {
        note(group, await rowsFor(header));
      } catch (error) {
        noteFailure(group, error);
      } finally {
        mark(group, false);
      }
    }),
  );
}

function note(group: readonly StoredSession[], rows: readonly Row[]): void {
  const at = Date.now();
  const [first] = group;
  if (first?.kind === "key") {
    changeSession(first.id, { finding: { at, ...together(rows) } });
    return;
  }
  for (const [index, { id, finding }] of group.entries()) {
    const row = rows[index];
    if (row === undefined) continue;
    const { home: _, ...found } = row;
    // A balance has no regions: those of the last check stay while the session is alive.
    const regions = found.regions ?? (found.alive ? (finding?.regions ?? null) : null);
    changeSession(id, { finding: { at, ...found, regions } });
  }
}

/** The server's sessions and keys as one finding: alive when one of them is, with the credits of all. */
function together(rows: readonly Row[]): Omit<Finding, "at"> {
  const known = rows.flatMap(({ credits }) => (credits === null ? [] : [credits]));
  const isAlive = rows.some(({ alive }) => alive === true);
  const isKnown = isAlive || rows.every(({ alive }) => alive === false);
  return {
    alive: isKnown ? isAlive : null,
    credits: known.length === 0 ? null : known.reduce(sum),
    regions: [...new Set(rows.flatMap(({ home }) => home.region ?? []))],
    clouds: [...new Set(rows.flatMap(({ home }) => home.cloud ?? []))],
    code: isAlive ? null : (rows[0]?.code ?? null),
  };
}

const sum = (a: Credits, b: Credits): Credits => ({
  total: a.total + b.total,
  gift: a.gift + b.gift,
  purchase: a.purchase + b.purchase,
  vip: a.vip + b.vip,
});

/** A refusal of the whole call. Without an answer the findings stay. */
function noteFailure(group: readonly StoredSession[], error: unknown): void {
  const code = error instanceof ApiError ? error.code : "unreadable";
  if (code === "offline") {
    noteNoAnswer();
    return;
  }
  for (const { id, finding } of group) {
    const before = finding ?? { alive: null, credits: null, regions: null };
    const alive = code === "unauthorized" ? false : before.alive;
    changeSession(id, { finding: { ...before, alive, code, at: Date.now() } });
  }
}

function mark(group: readonly StoredSession[], isAsked: boolean): void {
  const next = new Set(checking.value);
  for (const { id } of group) isAsked ? next.add(id) : next.delete(id);
  checking.value = next;
}
