/** The registry's tables. They are created with the first row: a registry that only answers stores nothing. */

type Sql = DurableObjectStorage["sql"];

/** `seq` is the order of arrival. */
const statements = [
  `CREATE TABLE IF NOT EXISTS keys (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    masked TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    limits TEXT NOT NULL,
    version INTEGER NOT NULL,
    told INTEGER NOT NULL,
    deleted_at INTEGER)`,
  `CREATE TABLE IF NOT EXISTS credentials (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tag TEXT NOT NULL UNIQUE,
    sealed TEXT NOT NULL,
    label TEXT NOT NULL,
    upstream TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    weight INTEGER NOT NULL,
    is_paused INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    checked TEXT,
    claimed TEXT)`,
  "CREATE INDEX IF NOT EXISTS credentials_place ON credentials (upstream, place)",
  "CREATE TABLE IF NOT EXISTS untold_checks (id TEXT PRIMARY KEY) WITHOUT ROWID",
  `CREATE TABLE IF NOT EXISTS removed_credentials (
    removal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL UNIQUE)`,
  `CREATE TABLE IF NOT EXISTS told_totals (
    day TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (day, owner, status, code)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS sums (
    day TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (day, status, code)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS live_owners (
    owner TEXT PRIMARY KEY,
    told_at INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    running INTEGER NOT NULL,
    waiting_since INTEGER,
    first_task_at INTEGER) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS dead_letters (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    message TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    at INTEGER NOT NULL,
    replayed_at INTEGER)`,
  "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
];

export const createTables = (sql: Sql): void => {
  for (const statement of statements) sql.exec(statement);
};

/** Reads the catalogue only. */
export const hasTables = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'facts'").toArray().length > 0;

/** What the registry remembers of itself: a number for each name; 0 for one that was never set. */
export const selectFact = (sql: Sql, name: FactName): number =>
  Number(sql.exec<{ value: string }>("SELECT value FROM facts WHERE name = ?", name).toArray()[0]?.value ?? 0);

export const setFact = (sql: Sql, name: FactName, value: number): void => {
  sql.exec("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, String(value));
};

/** The owner of the pool's tasks, as it was when it was first asked for. @param present by the present SECRET_KEY. */
export function keptOwner(sql: Sql, present: string): string {
  sql.exec("INSERT OR IGNORE INTO facts (name, value) VALUES ('owner', ?)", present);
  return sql.exec<{ value: string }>("SELECT value FROM facts WHERE name = 'owner'").one().value;
}

/**
 * `version`: of the members, which grows with every change; `pushed`: the one that the pool's coordinator has;
 * `taken_over`: 1 once DEFAULT_CREDENTIALS is in the pool; `claim_after`: seq of the credential after which gifts are to
 * be claimed; -1: none is; `expired_on`: the day, since 1970, on which old figures were deleted last; `dead_letters`: how
 * many there ever were.
 */
export type FactName = "version" | "pushed" | "taken_over" | "claim_after" | "expired_on" | "dead_letters";
