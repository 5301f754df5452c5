/**
 * The tables of batches. `active`: 1 until it has ended. `expires_at`: when it is cancelled, or deleted once it has
 * ended; null while it is cancelling. `sessions` of a request: its group of sessions.
 */
export const batchTables = [
  `CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reader TEXT NOT NULL,
    active INTEGER NOT NULL,
    expires_at INTEGER,
    body TEXT NOT NULL,
    state TEXT NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS batches_reader ON batches (reader, seq)",
  "CREATE INDEX IF NOT EXISTS batches_active ON batches (seq) WHERE active = 1",
  "CREATE INDEX IF NOT EXISTS batches_expiry ON batches (expires_at) WHERE expires_at IS NOT NULL",
  `CREATE TABLE IF NOT EXISTS batch_items (
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    custom_id TEXT NOT NULL,
    task TEXT NOT NULL,
    ended TEXT,
    body TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (batch, place)) WITHOUT ROWID`,
];
