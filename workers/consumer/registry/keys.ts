/**
 * The named keys: hashes with names and limits. `told`: the version that the pool's coordinator has, which learns of a
 * new key with its first request. One function per statement.
 */
import type { KeyLimits } from "#shared/task/key-limits.ts";
import type { PoolCalls } from "#shared/task/pool.ts";
import type { KeyChange, KeyEntry, NewKey } from "#shared/task/registry.ts";

type Sql = DurableObjectStorage["sql"];
type Row = Omit<KeyEntry, "limits"> & { limits: string };

const columns = "id, name, masked, created_at AS createdAt, expires_at AS expiresAt, limits, version";

const entryOf = ({ limits, ...row }: Row): KeyEntry => ({ ...row, limits: JSON.parse(limits) as KeyLimits });

/** The same key again, after a lost answer, is the one that is there. */
export function insertKey(sql: Sql, { id, hash, name, masked, createdAt, expiresAt, limits }: NewKey): void {
  sql.exec(
    `INSERT OR IGNORE INTO keys (id, hash, name, masked, created_at, expires_at, limits, version, told)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, ?5)`,
    ...[id, hash, name, masked, createdAt, expiresAt, JSON.stringify(limits)],
  );
}

/** Not a deleted one; an expired one, too. */
export function selectKeyByHash(sql: Sql, hash: string): KeyEntry | null {
  const [row] = sql.exec<Row>(`SELECT ${columns} FROM keys WHERE hash = ? AND deleted_at IS NULL`, hash).toArray();
  return row === undefined ? null : entryOf(row);
}

export function selectKey(sql: Sql, id: string): KeyEntry | null {
  const [row] = sql.exec<Row>(`SELECT ${columns} FROM keys WHERE id = ? AND deleted_at IS NULL`, id).toArray();
  return row === undefined ? null : entryOf(row);
}

/** Newest first. */
export const selectKeys = (sql: Sql): KeyEntry[] =>
  sql.exec<Row>(`SELECT ${columns} FROM keys WHERE deleted_at IS NULL ORDER BY seq DESC`).toArray().map(entryOf);

/** Of deleted keys, too. */
export const selectKeyNames = (sql: Sql, ids: string[]): Record<string, string> =>
  Object.fromEntries(
    sql
      .exec<{ id: string; name: string }>(
        "SELECT id, name FROM keys WHERE id IN (SELECT value FROM json_each(?))",
        JSON.stringify(ids),
      )
      .toArray()
      .map(({ id, name }) => [id, name]),
  );

/** @param now Unix milliseconds. */
export function updateKey(sql: Sql, before: KeyEntry, { name, expiresAt, limits }: KeyChange, now: number): void {
  const { id } = before;
  const change = (column: string, value: SqlStorageValue) =>
    sql.exec(`UPDATE keys SET ${column} = ? WHERE id = ?`, value, id);
  if (name !== undefined) change("name", name);
  if (expiresAt !== undefined) change("expires_at", expiresAt);
  if (limits !== undefined) change("limits", JSON.stringify({ ...before.limits, ...limits }));
  change("version", laterThan(before, now));
}

const laterThan = ({ version }: KeyEntry, now: number): number => Math.max(version + 1, now);

/** Its name stays, for the tasks it made. @param now Unix milliseconds. */
export const deleteKey = (sql: Sql, key: KeyEntry, now: number): void => {
  sql.exec("UPDATE keys SET deleted_at = ?1, version = ?2 WHERE id = ?3", now, laterThan(key, now), key.id);
};

/** What the pool's coordinator does not know yet of keys that were changed or deleted. */
export const selectUntold = (sql: Sql): PoolCalls["key"]["given"][] =>
  sql
    .exec<Pick<Row, "id" | "expiresAt" | "limits" | "version"> & { deletedAt: number | null }>(
      `SELECT id, limits, version, expires_at AS expiresAt, deleted_at AS deletedAt FROM keys WHERE told < version LIMIT 100`,
    )
    .toArray()
    .map(({ limits, deletedAt, expiresAt, ...row }) => ({
      ...row,
      limits: JSON.parse(limits) as KeyLimits,
      expiresAt: deletedAt ?? expiresAt,
      isDeleted: deletedAt !== null,
    }));

export const setTold = (sql: Sql, id: string, version: number): void => {
  sql.exec("UPDATE keys SET told = ? WHERE id = ?", version, id);
};
