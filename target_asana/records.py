"""What arrived: the records of the input, from arrival to their end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from target_asana.names import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_asana.journal import Journal

UNSETTLED = ("new", "waiting", "planned")
"""Statuses of which a later step of the same run still makes something."""


class Key(NamedTuple):
    """What a source calls a thing: whose names these are, of which resource, which one."""

    ns: str
    resource: str
    key: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as it came in, not yet understood further than its key.

    Attributes:
        rank: where it stands among those that are planned together; low ones come first.
        row: where a row stands that others may name, and `row_name` under which name.
    """

    seq: int
    stream: str
    shape: str
    key: Key
    payload: bytes
    hash: bytes
    rank: int = 0
    version: int | None = None
    line: int | None = None
    row: Sighting | None = None
    row_name: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A journaled record."""

    seq: int
    stream: str
    shape: str
    key: Key
    payload: bytes
    hash: bytes
    line: int | None


class Records:
    """The `record`, `row_name` and `reject` tables of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def append(self, arrivals: Iterable[Arrival]) -> int:
        """Journal records; return how many equal what was last applied and so need nothing."""
        unchanged = 0
        with self._journal.transaction():
            for arrival in arrivals:
                if arrival.row is not None:
                    self._sight(arrival.key.ns, arrival.row_name, arrival.row)
                if self._journal.identities.applied_hash(arrival.key) == arrival.hash:
                    unchanged += 1
                else:
                    self._insert(arrival)
        return unchanged

    def _insert(self, arrival: Arrival) -> None:
        self._journal.identities.promise(arrival.key)
        self._db.execute(
            "DELETE FROM record WHERE ns = ? AND resource = ? AND key = ? AND status = 'rejected' "
            "AND run <> ?",
            (*arrival.key, self._journal.run),
        )
        self._db.execute(
            "INSERT INTO record (seq, run, stream, shape, ns, resource, key, version, payload, "
            "hash, status, rank, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'new', ?, ?)",
            (
                arrival.seq,
                self._journal.run,
                arrival.stream,
                arrival.shape,
                *arrival.key,
                arrival.version,
                arrival.payload,
                arrival.hash,
                arrival.rank,
                arrival.line,
            ),
        )

    def _sight(self, ns: str, name: str, row: Sighting) -> None:
        self._db.execute(
            "INSERT INTO row_name (ns, key, name, position, child) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET name = excluded.name, position = excluded.position, "
            "child = excluded.child",
            (ns, row.key, name, row.position, row.child),
        )

    def position(self, key: Key) -> int | None:
        """Return where a row with this key was last seen."""
        row = self._db.execute(
            "SELECT position FROM row_name WHERE ns = ? AND key = ?", (key.ns, key.key)
        ).fetchone()
        return int(row[0]) if row else None

    def sightings(self, ns: str, name: str) -> list[Sighting]:
        """Return every row of the namespace that bears `name`."""
        return [
            Sighting(key, position, bool(child))
            for key, position, child in self._db.execute(
                "SELECT key, position, child FROM row_name WHERE ns = ? AND name = ?", (ns, name)
            )
        ]

    def page(self, status: str, limit: int) -> list[Record]:
        """Return the first `limit` records of this run that stand at `status`.

        By rank, so that what others are put into comes before them; then as they came.
        """
        return [
            Record(seq, stream, shape, Key(ns, resource, key), payload, digest, line)
            for seq, stream, shape, ns, resource, key, payload, digest, line in self._db.execute(
                "SELECT seq, stream, shape, ns, resource, key, payload, hash, line FROM record "
                "WHERE status = ? AND run = ? ORDER BY rank, seq LIMIT ?",
                (status, self._journal.run, limit),
            )
        ]

    def get(self, seq: int) -> Record | None:
        """Return one record."""
        row = self._db.execute(
            "SELECT seq, stream, shape, ns, resource, key, payload, hash, line FROM record "
            "WHERE seq = ?",
            (seq,),
        ).fetchone()
        if row is None:
            return None
        return Record(row[0], row[1], row[2], Key(*row[3:6]), row[6], row[7], row[8])

    def is_open(self, key: Key) -> bool:
        """Whether a record under this key may still be written in this run."""
        return self._waits(key, also="planned")

    def is_unplanned(self, key: Key, before: int | None = None) -> bool:
        """Whether a record under this key, one that came `before`, waits to be planned."""
        return self._waits(key, before=before)

    def _waits(self, key: Key, *, also: str = "new", before: int | None = None) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM record WHERE ns = ? AND resource = ? AND key = ? "
            "AND status IN ('new', 'waiting', ?) AND (? IS NULL OR seq < ?) LIMIT 1",
            (*key, also, before, before),
        ).fetchone()
        return row is not None

    def later(self, record: Record) -> bytes | None:
        """Return what the last record under the same key holds that came after and waits."""
        row = self._db.execute(
            "SELECT payload FROM record WHERE ns = ? AND resource = ? AND key = ? "
            "AND status IN ('new', 'waiting') AND seq > ? ORDER BY seq DESC LIMIT 1",
            (*record.key, record.seq),
        ).fetchone()
        return row[0] if row else None

    def set_status(self, seq: int, status: str) -> None:
        """Move one record on."""
        self._db.execute("UPDATE record SET status = ? WHERE seq = ?", (status, seq))

    def reject(self, seq: int, why: dict[str, Any]) -> None:
        """End a record as rejected and keep why."""
        self.set_status(seq, "rejected")
        self._db.execute(
            "INSERT INTO reject (seq, class, field, message, status) VALUES (?, ?, ?, ?, ?)",
            (seq, why["kind"], why["field"], why["message"], why["status"]),
        )

    def release_waiting(self) -> int:
        """Let every record that waits for later input be looked at again; return how many."""
        return self._db.execute(
            "UPDATE record SET status = 'new' WHERE status = 'waiting'"
        ).rowcount

    def counts(self) -> Counter[str]:
        """Return how many records of this run are still open, by status."""
        return Counter(
            dict(
                self._db.execute(
                    "SELECT status, count(*) FROM record WHERE run = ? GROUP BY status",
                    (self._journal.run,),
                )
            )
        )

    def first_open(self) -> int | None:
        """Return the number of the first record of this run that is not at its end."""
        row = self._db.execute(
            "SELECT min(seq) FROM record "
            "WHERE status IN ('new', 'waiting', 'planned', 'blocked', 'unknown')"
        ).fetchone()
        return None if row[0] is None else int(row[0])
