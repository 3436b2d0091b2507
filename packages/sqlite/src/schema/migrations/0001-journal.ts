import type { Migration } from './migration.js'

/**
 * The first schema.
 *
 * entry.state: 0 ready, 1 leased (several processes only), 2 joining, 3 dead and holding its key, 4 dead, 5 done (a root
 * whose message lives). Below 4 an entry is alive for the order of its key, and the first alive one of (hop, key) is its
 * `head`. `claims` counts only what a crash may have left behind; entries that carry such a count are suspects, and have
 * an index of their own so that they can be claimed one at a time.
 */
export const journal: Migration = {
  to: 1,
  readableBy: 1,
  sql: `
CREATE TABLE hop(no INTEGER PRIMARY KEY, flow TEXT NOT NULL, name TEXT NOT NULL, UNIQUE(flow, name)) STRICT;
CREATE TABLE entry(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  hop INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  head INTEGER NOT NULL DEFAULT 1,
  at INTEGER NOT NULL,
  due INTEGER NOT NULL,
  deadline INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  claims INTEGER NOT NULL DEFAULT 0,
  fence TEXT,
  until INTEGER,
  key TEXT,
  lkey TEXT,
  version ANY,
  jid TEXT,
  jname TEXT,
  expect TEXT,
  need INTEGER,
  settle TEXT,
  marks TEXT,
  memo TEXT,
  errors TEXT,
  tag TEXT,
  envelope TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_id ON entry(id);
CREATE INDEX entry_ready ON entry(hop, due) WHERE state = 0 AND head = 1 AND claims = 0;
CREATE INDEX entry_suspect ON entry(hop, due) WHERE state = 0 AND head = 1 AND claims > 0;
CREATE INDEX entry_key ON entry(hop, key) WHERE key IS NOT NULL AND state < 4;
CREATE INDEX entry_latest ON entry(lkey) WHERE lkey IS NOT NULL AND state = 0;
CREATE INDEX entry_deadline ON entry(hop, deadline) WHERE deadline IS NOT NULL AND state = 0 AND head = 1;
CREATE INDEX entry_dead ON entry(hop, seq) WHERE state IN (3, 4);
CREATE INDEX entry_lease ON entry(hop, until, fence) WHERE state = 1;
CREATE INDEX entry_trial ON entry(until) WHERE state = 1 AND claims > 1;
CREATE TABLE part(
  jid TEXT NOT NULL, name TEXT NOT NULL, ok INTEGER NOT NULL, value TEXT, PRIMARY KEY(jid, name)
) WITHOUT ROWID, STRICT;
CREATE TABLE dedupe(key TEXT PRIMARY KEY, id TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE latest(lkey TEXT PRIMARY KEY, version ANY) WITHOUT ROWID, STRICT;
CREATE TABLE state(name TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE tally(hop INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(hop, what)) WITHOUT ROWID, STRICT;
CREATE TABLE command(no INTEGER PRIMARY KEY, at INTEGER NOT NULL, verb TEXT NOT NULL, args TEXT NOT NULL, answer TEXT) STRICT;
`,
}
