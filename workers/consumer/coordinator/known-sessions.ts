/**
 * The credentials that a coordinator knows: those its callers sent, those of the pool, and the health of each. Rows with
 * copies in memory, so that a submit reads as many rows with a thousand credentials as with one. The coordinator is the
 * only writer.
 */
import { log } from "#shared/log.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { type PoolMember, type PoolMembers, placeIn, placeTag } from "#shared/task/pool.ts";
import type { UpstreamId } from "#shared/upstream-ids.ts";
import { healthy, returnsAt, type SessionState, sessionStateSchema } from "./health.ts";

type Sql = DurableObjectStorage["sql"];

/** A member without its secret. `isRemoved`: it only ends what it has begun. */
type Member = Omit<PoolMember, "sealed" | "label"> & { isRemoved: boolean };

const tables = [
  `CREATE TABLE IF NOT EXISTS sessions (
    tag TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    label TEXT NOT NULL,
    upstream TEXT NOT NULL DEFAULT 'dreamina') WITHOUT ROWID`,
  "CREATE TABLE IF NOT EXISTS session_states (tag TEXT PRIMARY KEY, returns_at INTEGER, body TEXT NOT NULL) WITHOUT ROWID",
  `CREATE TABLE IF NOT EXISTS members (
    tag TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    label TEXT NOT NULL,
    upstream TEXT NOT NULL,
    place TEXT NOT NULL,
    weight INTEGER NOT NULL,
    is_paused INTEGER NOT NULL,
    is_removed INTEGER NOT NULL) WITHOUT ROWID`,
  "CREATE TABLE IF NOT EXISTS members_version (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)",
];

type MemberRow = Omit<Member, "isPaused" | "isRemoved"> & { isPaused: number; isRemoved: number };

export class KnownSessions {
  static readonly tables = tables;
  readonly #sql: Sql;
  #states: Map<string, SessionState> | null = null;
  #upstreams: Map<string, UpstreamId> | null = null;
  #members: { version: number; byTag: Map<string, Member> } | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The rows have changed otherwise: they are read again. */
  forget(): void {
    this.#states = null;
    this.#upstreams = null;
    this.#members = null;
  }

  /**
   * Stores a credential that a caller sent, or that a setting has.
   * @param pool as the caller knew it: one that it sends although it knows of the removal is used again.
   */
  insert(session: SealedSession, pool?: { version: number } | null): void {
    const { tag, sealed, label } = session;
    // An API Worker of an earlier version knows only one upstream, and does not name it.
    const { upstream = "dreamina" }: Partial<SealedSession> = session;
    this.#sql.exec(
      `INSERT INTO sessions (tag, sealed, label, upstream) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET sealed = excluded.sealed WHERE sealed = ''`,
      ...[tag, sealed, label, upstream],
    );
    if (!this.upstreams().has(tag)) this.upstreams().set(tag, upstream);
    const { version, byTag } = this.#allMembers();
    if (byTag.get(tag)?.isRemoved !== true || (pool?.version ?? 0) < version) return;
    this.#sql.exec("DELETE FROM members WHERE tag = ?", tag);
    byTag.delete(tag);
  }

  /** Deletes those that callers sent. */
  deleteSent(): void {
    this.#sql.exec("DELETE FROM sessions");
    this.#upstreams = null;
  }

  /** With its sealed text, which is not kept in memory. */
  read(tag: string): SealedSession | null {
    for (const table of ["members", "sessions"]) {
      const found = `SELECT tag, sealed, label, upstream FROM ${table} WHERE tag = ?`;
      const row = this.#sql.exec<SealedSession>(found, tag).toArray()[0];
      if (row !== undefined) return row;
    }
    return null;
  }

  /** The upstream of each that a caller sent, by its tag. */
  upstreams(): Map<string, UpstreamId> {
    this.#upstreams ??= new Map(
      this.#sql
        .exec<Pick<SealedSession, "tag" | "upstream">>("SELECT tag, upstream FROM sessions")
        .toArray()
        .map(({ tag, upstream }) => [tag, upstream]),
    );
    return this.#upstreams;
  }

  states(): ReadonlyMap<string, SessionState> {
    return this.#allStates();
  }

  state(tag: string): SessionState {
    return this.#allStates().get(tag) ?? healthy;
  }

  setState(tag: string, state: SessionState): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO session_states (tag, returns_at, body) VALUES (?, ?, ?)",
      ...[tag, returnsAt(state), JSON.stringify(state)],
    );
    this.#allStates().set(tag, state);
  }

  /** When the first paused session returns or may be probed, Unix milliseconds; null when none is paused. */
  firstReturn(now: number): number | null {
    const moments = [...this.#allStates().values()].flatMap((state) => returnsAt(state) ?? []).filter((at) => at > now);
    return moments.length === 0 ? null : moments.reduce((first, at) => Math.min(first, at));
  }

  members(): ReadonlyMap<string, Member> {
    return this.#allMembers().byTag;
  }

  /** Tags of the credentials that these candidates of a task name: a place stands for the members of the pool there. */
  tagsOf(candidates: readonly string[]): string[] {
    const sent = candidates.filter((tag) => placeIn(tag) === null);
    const ofPool = [...this.members().values()].filter(
      (member) => !member.isRemoved && candidates.includes(placeTag(member)),
    );
    return [...new Set([...sent, ...ofPool.map(({ tag }) => tag)])];
  }

  /** Version of the members; 0: there never were any. */
  membersVersion(): number {
    return this.#allMembers().version;
  }

  /** Takes over the members, unless those it has are later. One that is missing is removed once it has nothing to do. */
  useMembers({ version, members }: PoolMembers): void {
    const { version: before, byTag } = this.#allMembers();
    if (version <= before) return;
    for (const member of members) {
      const known = byTag.get(member.tag);
      if (known === undefined || isChanged(known, member)) this.#putMember(member);
    }
    const kept = new Set(members.map(({ tag }) => tag));
    for (const { tag, isRemoved } of byTag.values()) {
      if (!kept.has(tag) && !isRemoved) this.#sql.exec("UPDATE members SET is_removed = 1 WHERE tag = ?", tag);
    }
    this.#sql.exec("INSERT OR REPLACE INTO members_version (id, version) VALUES (1, ?)", version);
    // Read again with the next question.
    this.#members = null;
  }

  /**
   * Deletes the removed members that none of the tasks under way needs. Of one that was sent, too, only the secret is:
   * tasks that wait may name it, and must not take it for one that is not of the pool.
   * @param busy tags of sessions that have tasks
   */
  deleteRemoved(busy: ReadonlySet<string>): void {
    const { byTag } = this.#allMembers();
    for (const [tag, { isRemoved }] of byTag) {
      if (!isRemoved || busy.has(tag)) continue;
      if (this.upstreams().has(tag)) {
        for (const table of ["members", "sessions"])
          this.#sql.exec(`UPDATE ${table} SET sealed = '' WHERE tag = ? AND sealed <> ''`, tag);
        continue;
      }
      this.#sql.exec("DELETE FROM members WHERE tag = ?", tag);
      this.#sql.exec("DELETE FROM session_states WHERE tag = ?", tag);
      byTag.delete(tag);
      this.#states?.delete(tag);
    }
  }

  #putMember({ tag, sealed, label, upstream, place, weight, isPaused }: PoolMember): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO members (tag, sealed, label, upstream, place, weight, is_paused, is_removed)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
      ...[tag, sealed, label, upstream, place, weight, isPaused ? 1 : 0],
    );
  }

  #allStates(): Map<string, SessionState> {
    this.#states ??= new Map(
      this.#sql
        .exec<StateRow>("SELECT tag, body FROM session_states")
        .toArray()
        .map((row) => [row.tag, readState(row)]),
    );
    return this.#states;
  }

  #allMembers() {
    this.#members ??= this.#readMembers();
    return this.#members;
  }

  #readMembers() {
    const rows = this.#sql
      .exec<MemberRow>(
        "SELECT tag, upstream, place, weight, is_paused AS isPaused, is_removed AS isRemoved FROM members",
      )
      .toArray();
    const [latest] = this.#sql.exec<{ version: number }>("SELECT version FROM members_version").toArray();
    const byTag = new Map(
      rows.map((row) => [row.tag, { ...row, isPaused: row.isPaused === 1, isRemoved: row.isRemoved === 1 }]),
    );
    return { version: latest?.version ?? 0, byTag };
  }
}

/** A credential with the same tag is the same one. */
const isChanged = (known: Member, { weight, isPaused }: PoolMember): boolean =>
  known.isRemoved || known.weight !== weight || known.isPaused !== isPaused;

type StateRow = { tag: string; body: string };

function readState({ tag, body }: StateRow): SessionState {
  const state = sessionStateSchema.safeParse(JSON.parse(body));
  if (!state.success) log("error", "session_state_unreadable", { session: tag, error: state.error });
  return state.data ?? healthy;
}
