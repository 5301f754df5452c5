/**
 * The credentials of the pool: sealed, with a name, a weight and what was last seen of each; and those whose last check
 * the pool's coordinator does not know yet. One function per statement, or per change.
 */
import { removedKept } from "#consumer/limits.ts";
import type { PoolMember, PoolPlace } from "#shared/task/pool.ts";
import type { Checked, Claimed, CredentialChange, CredentialEntry, NewCredential } from "#shared/task/registry.ts";

type Sql = DurableObjectStorage["sql"];
type Row = Omit<CredentialEntry, "isPaused" | "checked" | "claimed"> & {
  seq: number;
  isPaused: number;
  checked: string | null;
  claimed: string | null;
};

const columns =
  "seq, id, tag, label, upstream, place, name, weight, is_paused AS isPaused, added_at AS addedAt, checked, claimed";

const entryOf = ({ seq: _, isPaused, checked, claimed, ...row }: Row): CredentialEntry => ({
  ...row,
  isPaused: isPaused === 1,
  checked: checked === null ? null : (JSON.parse(checked) as Checked),
  claimed: claimed === null ? null : (JSON.parse(claimed) as Claimed),
});

/** Not in the place of a removed one, after which a list may go on. */
export function insertCredential(sql: Sql, given: NewCredential, now: number): void {
  const { id, tag, sealed, label, upstream, place, name, weight, isPaused } = given;
  sql.exec(
    `INSERT INTO credentials (id, tag, sealed, label, upstream, place, name, weight, is_paused, added_at, seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1 + MAX(
       (SELECT COALESCE(MAX(seq), 0) FROM credentials), (SELECT COALESCE(MAX(seq), 0) FROM removed_credentials)))`,
    ...[id, tag, sealed, label, upstream, place, name, weight, isPaused ? 1 : 0, now],
  );
}

export function selectCredential(sql: Sql, by: "id" | "tag", value: string): CredentialEntry | null {
  const [row] = sql.exec<Row>(`SELECT ${columns} FROM credentials WHERE ${by} = ?`, value).toArray();
  return row === undefined ? null : entryOf(row);
}

/** The place of a credential in the order of arrival, also of a removed one; null for an unknown one. */
export const selectSeq = (sql: Sql, id: string): number | null =>
  sql
    .exec<{ seq: number }>(
      `SELECT seq FROM credentials WHERE id = ?1 UNION ALL SELECT seq FROM removed_credentials WHERE id = ?1`,
      id,
    )
    .toArray()[0]?.seq ?? null;

/** In the order in which they were added. @param after a place in it. */
export const selectCredentials = (sql: Sql, after: number, limit: number): CredentialEntry[] =>
  sql
    .exec<Row>(`SELECT ${columns} FROM credentials WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
    .toArray()
    .map(entryOf);

export const selectPlaces = (sql: Sql): PoolPlace[] =>
  sql.exec<PoolPlace>("SELECT DISTINCT upstream, place FROM credentials ORDER BY upstream, place").toArray();

type MemberRow = Omit<PoolMember, "isPaused"> & { isPaused: number };

export const selectMembers = (sql: Sql): PoolMember[] =>
  sql
    .exec<MemberRow>("SELECT tag, sealed, label, upstream, place, weight, is_paused AS isPaused FROM credentials")
    .toArray()
    .map((row) => ({ ...row, isPaused: row.isPaused === 1 }));

/** The next sessions and keys after a place in the order of arrival, with their sealed texts. */
export const selectSealed = (sql: Sql, after: number, limit: number) =>
  sql
    .exec<Pick<PoolMember, "tag" | "sealed" | "label" | "upstream"> & { seq: number; id: string }>(
      "SELECT seq, id, tag, sealed, label, upstream FROM credentials WHERE seq > ? ORDER BY seq LIMIT ?",
      ...[after, limit],
    )
    .toArray();

export const selectSealedById = (sql: Sql, id: string) =>
  sql
    .exec<Pick<PoolMember, "tag" | "sealed" | "label" | "upstream">>(
      "SELECT tag, sealed, label, upstream FROM credentials WHERE id = ?",
      id,
    )
    .toArray()[0] ?? null;

export function updateCredential(sql: Sql, id: string, { name, weight, isPaused }: CredentialChange): void {
  const change = (column: string, value: SqlStorageValue) =>
    sql.exec(`UPDATE credentials SET ${column} = ? WHERE id = ?`, value, id);
  if (name !== undefined) change("name", name);
  if (weight !== undefined) change("weight", weight);
  if (isPaused !== undefined) change("is_paused", isPaused ? 1 : 0);
}

/** Sealed by another SECRET_KEY, it has another tag. */
export const updateSealed = (sql: Sql, id: string, { tag, sealed }: { tag: string; sealed: string }): void => {
  sql.exec("UPDATE credentials SET tag = ?, sealed = ? WHERE id = ?", tag, sealed, id);
};

/** Its coordinator is to be told. */
export const updateChecked = (sql: Sql, id: string, checked: Checked): void => {
  sql.exec("UPDATE credentials SET checked = ? WHERE id = ?", JSON.stringify(checked), id);
  sql.exec("INSERT OR IGNORE INTO untold_checks (id) SELECT id FROM credentials WHERE id = ?", id);
};

type Check = { id: string; tag: string; text: string; checked: Checked };

/** What the pool's coordinator does not know yet of checks. `text`: `checked`, as it is stored. */
export const selectUntoldChecks = (sql: Sql): Check[] =>
  sql
    .exec<Omit<Check, "checked">>(
      "SELECT id, tag, checked AS text FROM untold_checks JOIN credentials USING (id) LIMIT 100",
    )
    .toArray()
    .map((row) => ({ ...row, checked: JSON.parse(row.text) as Checked }));

/** Not where there is another result by now. */
export const setCheckTold = (sql: Sql, { id, text }: Pick<Check, "id" | "text">): void => {
  sql.exec(
    "DELETE FROM untold_checks WHERE id = ?1 AND (SELECT checked FROM credentials WHERE id = ?1) = ?2",
    ...[id, text],
  );
};

export const updateClaimed = (sql: Sql, id: string, claimed: Claimed): void => {
  sql.exec("UPDATE credentials SET claimed = ? WHERE id = ?", JSON.stringify(claimed), id);
};

/** Its id and place stay, so that a list that has come to it can go on. @returns whether there was one. */
export function deleteCredential(sql: Sql, id: string): boolean {
  const [deleted] = sql.exec<{ seq: number }>("DELETE FROM credentials WHERE id = ? RETURNING seq", id).toArray();
  if (deleted === undefined) return false;
  sql.exec("DELETE FROM untold_checks WHERE id = ?", id);
  sql.exec("INSERT INTO removed_credentials (id, seq) VALUES (?, ?)", id, deleted.seq);
  sql.exec(
    "DELETE FROM removed_credentials WHERE removal <= (SELECT MAX(removal) FROM removed_credentials) - ?",
    removedKept,
  );
  return true;
}
