"""The journal: one SQLite file that knows what was intended and what happened.

One file belongs to one workspace and one `state_id`; one process at a time may hold it. Its parts
are read and written through `records`, `identities` and `operations`.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from target_asana.identities import Identities
from target_asana.operations import Operations
from target_asana.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, config_hash TEXT NOT NULL,
    server_clock_offset REAL, last_seq INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, stream TEXT NOT NULL, shape TEXT NOT NULL,
    ns TEXT NOT NULL, resource TEXT NOT NULL, key TEXT NOT NULL, version INTEGER,
    payload BLOB NOT NULL, hash BLOB NOT NULL, status TEXT NOT NULL, rank INTEGER NOT NULL,
    line INTEGER
);
CREATE INDEX IF NOT EXISTS record_status ON record (status, rank, seq);
CREATE INDEX IF NOT EXISTS record_open ON record (seq)
    WHERE status IN ('new', 'waiting', 'planned', 'blocked', 'unknown');
CREATE INDEX IF NOT EXISTS record_key ON record (ns, resource, key);
CREATE TABLE IF NOT EXISTS op (
    id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, resource TEXT NOT NULL,
    kind TEXT NOT NULL, subject INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    body BLOB NOT NULL, body_hash BLOB NOT NULL, effect BLOB NOT NULL, container INTEGER,
    lock TEXT NOT NULL, after INTEGER, blockers INTEGER NOT NULL, status TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, sent_at_server TEXT, batch_id INTEGER, root INTEGER,
    error TEXT
);
CREATE INDEX IF NOT EXISTS op_ready ON op (id) WHERE status = 'planned' AND blockers = 0;
CREATE INDEX IF NOT EXISTS op_seq ON op (seq);
CREATE INDEX IF NOT EXISTS op_subject ON op (subject);
CREATE INDEX IF NOT EXISTS op_after ON op (after) WHERE after IS NOT NULL;
CREATE INDEX IF NOT EXISTS op_status ON op (status) WHERE status <> 'applied';
CREATE TABLE IF NOT EXISTS op_dep (
    op INTEGER NOT NULL, needs INTEGER NOT NULL, PRIMARY KEY (needs, op)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS op_dep_op ON op_dep (op);
CREATE TABLE IF NOT EXISTS identity (
    id INTEGER PRIMARY KEY, ns TEXT NOT NULL, resource TEXT NOT NULL, key TEXT NOT NULL,
    gid TEXT, hash BLOB, applied_fields TEXT NOT NULL DEFAULT '{}',
    applied_assoc TEXT NOT NULL DEFAULT '{}', owned INTEGER NOT NULL DEFAULT 0, promised INTEGER,
    made_by INTEGER, seen_version INTEGER, created_at TEXT, remote_modified_at TEXT,
    UNIQUE (ns, resource, key)
);
CREATE INDEX IF NOT EXISTS identity_gid ON identity (gid) WHERE gid IS NOT NULL;
CREATE TABLE IF NOT EXISTS row_name (
    ns TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL,
    child INTEGER NOT NULL, PRIMARY KEY (ns, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS row_name_name ON row_name (ns, name);
CREATE TABLE IF NOT EXISTS edge (
    task INTEGER NOT NULL, needs INTEGER NOT NULL, source TEXT NOT NULL, op INTEGER,
    PRIMARY KEY (task, needs, source)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_needs ON edge (needs);
CREATE TABLE IF NOT EXISTS state_msg (
    seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, value TEXT NOT NULL,
    emitted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS reject (
    seq INTEGER NOT NULL, class TEXT NOT NULL, field TEXT, message TEXT NOT NULL, status INTEGER,
    root_cause INTEGER, attempts INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS reject_seq ON reject (seq);
"""


class JournalInUseError(RuntimeError):
    """Another process works on this journal."""


class Journal:
    """The file, its lock and its transactions; `SCHEMA` says what it holds.

    `sent` and every outcome are on the disk before anything depends on them: the file is written
    ahead (WAL) and synced at each commit.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, making it when it is new.

        Raises:
            JournalInUseError: when another process holds it.
        """
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock: int | None = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise JournalInUseError(
                f"journal {path} is in use by another process: wait for it to end, "
                f"or give this run a state_id of its own"
            ) from error
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.executescript(SCHEMA)
            self.db.execute(f"PRAGMA user_version = {VERSION}")
        except sqlite3.Error:
            self.close()
            raise
        self._depth = 0
        self.run = 0
        self._seq = 0
        self.records = Records(self)
        self.identities = Identities(self)
        self.operations = Operations(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything done inside at once, or nothing of it; may be nested."""
        if self._depth:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        else:
            self.db.execute("COMMIT")
        finally:
            self._depth = 0

    def begin(self, started: str, config_hash: str) -> int:
        """Start a run and return its number.

        What an earlier run had planned but never sent is forgotten: STATE has not passed it, so
        its input comes again. What it had sent without learning the outcome becomes unknown.
        """
        with self.transaction():
            self._seq = self._last_seq()
            self.run = int(
                self.db.execute(
                    "INSERT INTO run (started, config_hash, last_seq) VALUES (?, ?, ?)",
                    (started, config_hash, self._seq),
                ).lastrowid
                or 0
            )
            self.operations.recover()
            self.db.execute("DELETE FROM record WHERE status <> 'rejected'")
            self.db.execute("DELETE FROM state_msg")
        return self.run

    def _last_seq(self) -> int:
        tops = (
            "SELECT max(last_seq) FROM run",
            "SELECT max(seq) FROM record",
            "SELECT max(position) FROM row_name",
        )
        return max(self.db.execute(top).fetchone()[0] or 0 for top in tops)

    def next_seq(self) -> int:
        """Return the next number of the input's order; records and STATE share one count."""
        self._seq += 1
        return self._seq

    def prune(self) -> None:
        """Forget what is settled: applied operations and finished records."""
        with self.transaction():
            self.db.execute("UPDATE run SET last_seq = ? WHERE id = ?", (self._seq, self.run))
            self.db.execute(
                "DELETE FROM op WHERE status IN ('applied', 'rejected', 'blocked') AND NOT EXISTS "
                "(SELECT 1 FROM record WHERE record.seq = op.seq AND record.status = 'planned')"
            )
            self.db.execute("DELETE FROM op_dep WHERE op NOT IN (SELECT id FROM op)")
            self.db.execute(
                "DELETE FROM record WHERE status IN ('applied', 'unchanged', 'unprocessed')"
            )

    def add_state(self, seq: int, value: str) -> None:
        """Keep a STATE value until everything before it is done."""
        self.db.execute(
            "INSERT INTO state_msg (seq, run, value) VALUES (?, ?, ?)", (seq, self.run, value)
        )

    def due_state(self) -> str | None:
        """Return the newest STATE value before which every record is terminal, once."""
        first_open = self.records.first_open()
        row = self.db.execute(
            "SELECT seq, value, emitted FROM state_msg WHERE ? IS NULL OR seq < ? "
            "ORDER BY seq DESC LIMIT 1",
            (first_open, first_open),
        ).fetchone()
        if row is None or row[2]:
            return None
        with self.transaction():
            self.db.execute("DELETE FROM state_msg WHERE seq < ?", (row[0],))
            self.db.execute("UPDATE state_msg SET emitted = 1 WHERE seq = ?", (row[0],))
        return str(row[1])

    def close(self) -> None:
        """Close the file and let the next process have it; may be called again."""
        self.db.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
