/**
 * The tables of webhooks: whom to tell about a task or a batch, the deliveries, and the secrets that sign them. They are
 * created with the first webhook of an owner. One function per statement; those of deliveries are in
 * `deliveries.ts`.
 */
import type { SealedSecret, Webhook, WebhookEvent, WebhookTarget } from "#shared/task/webhook.ts";

type Sql = DurableObjectStorage["sql"];

/**
 * `subject`: a task, or a batch. `due_at` of a delivery: when it is handed out, or when its lease ends; null once it has
 * ended. `object`: the task or batch that it tells about.
 */
const statements = [
  `CREATE TABLE IF NOT EXISTS webhooks (
    subject TEXT PRIMARY KEY,
    reader TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    origin TEXT NOT NULL,
    public_images TEXT) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reader TEXT NOT NULL,
    subject TEXT NOT NULL,
    object TEXT,
    type TEXT NOT NULL,
    url TEXT NOT NULL,
    origin TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    last_at INTEGER,
    last_status INTEGER,
    last_fault TEXT)`,
  "CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS deliveries_reader ON deliveries (reader)",
  `CREATE TABLE IF NOT EXISTS webhook_secrets (
    id INTEGER PRIMARY KEY,
    reader TEXT NOT NULL,
    owner TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retires_at INTEGER)`,
];

export const createTables = (sql: Sql): void => {
  for (const statement of statements) sql.exec(statement);
};

/** Reads the catalogue only. */
export const hasTables = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'webhook_secrets'").toArray().length > 0;

export const isEmpty = (sql: Sql): boolean =>
  sql
    .exec(
      "SELECT subject FROM webhooks UNION ALL SELECT id FROM deliveries UNION ALL SELECT sealed FROM webhook_secrets LIMIT 1",
    )
    .toArray().length === 0;

/** A webhook of a task or a batch. */
export type Registered = WebhookTarget & { reader: string; events: WebhookEvent[] };

export function insertWebhook(sql: Sql, subject: string, reader: string, webhook: Webhook): void {
  sql.exec(
    "INSERT OR REPLACE INTO webhooks (subject, reader, url, events, origin, public_images) VALUES (?, ?, ?, ?, ?, ?)",
    ...[subject, reader, webhook.url, webhook.events.join(" "), webhook.origin, webhook.publicImages],
  );
}

export function selectWebhook(sql: Sql, subject: string): Registered | null {
  const row = sql
    .exec<WebhookTarget & { reader: string; events: string }>(
      "SELECT reader, url, events, origin, public_images AS publicImages FROM webhooks WHERE subject = ?",
      subject,
    )
    .toArray()[0];
  return row === undefined ? null : { ...row, events: row.events.split(" ") as WebhookEvent[] };
}

export const deleteWebhook = (sql: Sql, subject: string): void => {
  sql.exec("DELETE FROM webhooks WHERE subject = ?", subject);
};

export function insertSecret(
  sql: Sql,
  { reader, owner, sealed, now }: { reader: string; owner: string; sealed: string; now: number },
): void {
  sql.exec(
    "INSERT INTO webhook_secrets (reader, owner, sealed, created_at) VALUES (?, ?, ?, ?)",
    ...[reader, owner, sealed, now],
  );
}

/** A reader's secrets that sign now, the newest first. */
export const selectSecrets = (sql: Sql, reader: string, now: number): SealedSecret[] =>
  sql
    .exec<SealedSecret>(
      `SELECT sealed, created_at AS createdAt, retires_at AS retiresAt FROM webhook_secrets
       WHERE reader = ? AND (retires_at IS NULL OR retires_at > ?) ORDER BY id DESC`,
      reader,
      now,
    )
    .toArray();

/** The present secret retires at this moment. */
export const retireSecret = (sql: Sql, reader: string, retiresAt: number): void => {
  sql.exec("UPDATE webhook_secrets SET retires_at = ? WHERE reader = ? AND retires_at IS NULL", retiresAt, reader);
};

/** Deletes retired secrets, and all but the newest ones. */
export const deleteSecrets = (sql: Sql, reader: string, { now, kept }: { now: number; kept: number }): void => {
  sql.exec(
    `DELETE FROM webhook_secrets WHERE reader = ?1 AND (retires_at <= ?2 OR id NOT IN
     (SELECT id FROM webhook_secrets WHERE reader = ?1 ORDER BY id DESC LIMIT ?3))`,
    ...[reader, now, kept],
  );
};

/** The name of the coordinator; null before the first secret. */
export const selectOwner = (sql: Sql): string | null =>
  sql.exec<{ owner: string }>("SELECT owner FROM webhook_secrets LIMIT 1").toArray()[0]?.owner ?? null;
