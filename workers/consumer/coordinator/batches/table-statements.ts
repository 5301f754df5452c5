/** The tables of batches. */
export const batchTables = [
  `CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reader TEXT NOT NULL,
    active INTEGER NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS batches_reader ON batches (reader, seq)",
  `CREATE TABLE IF NOT EXISTS batch_items (
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,
    custom_id TEXT NOT NULL,
    task TEXT NOT NULL,
    ended TEXT,
    body TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (batch, place)) WITHOUT ROWID`,
];
