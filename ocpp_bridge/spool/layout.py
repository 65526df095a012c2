"""The spool's tables. The only place that knows how the file is laid out."""

import sqlite3

VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
-- AUTOINCREMENT: a number is never given twice, even when the newest events are gone. It is the event's `seq`.
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, charge_point_id TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL);
-- Former versions had one; each commit wrote a page of it for every charge point.
DROP INDEX IF EXISTS events_of;
CREATE TABLE IF NOT EXISTS rejected (
  seq INTEGER PRIMARY KEY, charge_point_id TEXT NOT NULL, body BLOB NOT NULL, status INTEGER NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS charge_points (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tags (folded TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS holds (
  charge_point_id TEXT NOT NULL, connector INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (charge_point_id, connector));
CREATE TABLE IF NOT EXISTS reservations (
  charge_point_id TEXT NOT NULL, connector INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (charge_point_id, connector));
CREATE TABLE IF NOT EXISTS commands (
  command_id TEXT PRIMARY KEY, charge_point_id TEXT NOT NULL, at REAL NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS commands_at ON commands (at);
CREATE TABLE IF NOT EXISTS open_transactions (
  charge_point_id TEXT NOT NULL, transaction_id INTEGER NOT NULL, connector INTEGER NOT NULL, tag TEXT NOT NULL,
  meter_start_wh INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (charge_point_id, transaction_id));
CREATE TABLE IF NOT EXISTS connections (
  charge_point_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, connected INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS configuration_keys (
  charge_point_id TEXT NOT NULL, key TEXT NOT NULL, wanted TEXT NOT NULL, outcome TEXT NOT NULL, value TEXT,
  at TEXT NOT NULL, PRIMARY KEY (charge_point_id, key));
CREATE TABLE IF NOT EXISTS local_lists (
  charge_point_id TEXT PRIMARY KEY, outcome TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS unit_memory (
  charge_point_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (charge_point_id, name));
CREATE TABLE IF NOT EXISTS building_readings (
  location_id TEXT NOT NULL, at TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (location_id, at));
CREATE TABLE IF NOT EXISTS building_newest (location_id TEXT PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tag_uses (
  location_id TEXT NOT NULL, folded_tag TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (location_id, folded_tag));
"""


def open_spool(path: str) -> sqlite3.Connection:
    """The spool's connection, its tables made. Raises ``sqlite3.Error`` when the file cannot be used.

    synchronous=FULL: a commit that returned is on the disk, also after a power cut. A damaged page is found here, not
    when what it holds is wanted.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the spool is damaged: {' '.join(found.split())}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(TABLES)
        row = connection.execute("SELECT value FROM meta WHERE key='layout'").fetchone()
        if row is None:
            connection.execute("INSERT INTO meta VALUES ('layout', ?)", (str(VERSION),))
        elif row[0] != str(VERSION):
            raise sqlite3.DatabaseError(f"the spool has layout {row[0]}, this bridge knows {VERSION}")
        connection.execute("BEGIN IMMEDIATE")  # A file that may only be read opens as well.
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
