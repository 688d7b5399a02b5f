#include "engine/schema.h"

namespace hikae::engine {

// One file, hikae.db. Every row of the tables below is keyed by (account, region) directly, or
// through the machine it belongs to.
const char* const kSchema = R"sql(
-- What this file is: schema version, installation id.
CREATE TABLE IF NOT EXISTS meta(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL) WITHOUT ROWID;

-- One row a machine, living or finished. `snapshot` is its record and open items as of event `seq`;
-- events with a higher seq stand in the journal. It is written lazily: at the end, and every few
-- events, because rewriting rows in random order is what a database is slow at.
CREATE TABLE IF NOT EXISTS machines(
  no INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  seq INTEGER NOT NULL,
  snapshot TEXT,
  outcome TEXT,
  UNIQUE(account, region, kind, id));

-- Start-up reads the living ones only.
CREATE INDEX IF NOT EXISTS machines_living ON machines(no) WHERE ended_at IS NULL;
-- "the runs of last night", newest first.
CREATE INDEX IF NOT EXISTS machines_by_kind ON machines(account, region, kind, started_at);
-- What is old, to be dropped (trim.h).
CREATE INDEX IF NOT EXISTS machines_ended ON machines(ended_at, no) WHERE ended_at IS NOT NULL;

-- Every event of every machine, append-only, in the order of commits.
CREATE TABLE IF NOT EXISTS journal(
  lsn INTEGER PRIMARY KEY,
  machine INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL);
-- A machine's tail on recovery.
CREATE INDEX IF NOT EXISTS journal_by_machine ON journal(machine, seq);
CREATE TRIGGER IF NOT EXISTS journal_is_final BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Every mutating call: its intent is here before the call leaves, its outcome before the machine
-- goes on. A row without `settled_at` after a crash is unknown: the world is asked (probes.h).
CREATE TABLE IF NOT EXISTS effects(
  no INTEGER PRIMARY KEY,
  machine INTEGER NOT NULL,
  tag TEXT NOT NULL,
  service TEXT NOT NULL,
  operation TEXT NOT NULL,
  input TEXT NOT NULL,
  intended_at INTEGER NOT NULL,
  settled_at INTEGER,
  outcome TEXT);
CREATE INDEX IF NOT EXISTS effects_by_machine ON effects(machine);

-- The resources of the services that hikae answers: documents, windows, rules, topics, …
CREATE TABLE IF NOT EXISTS resources(
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY(account, region, kind, id)) WITHOUT ROWID;
)sql";

}  // namespace hikae::engine
