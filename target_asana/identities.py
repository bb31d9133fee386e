"""The identity map: what a source calls a thing, and which gid it has in Asana."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from target_asana.records import Key

if TYPE_CHECKING:
    from target_asana.journal import Journal


MAKES = ("create", "adopt")
"""Kinds of operation that give their identity its gid."""


@dataclass(slots=True)
class Effect:
    """What an operation makes true once Asana has accepted it.

    Attributes:
        fields: hash of the source's value by field.
        links: by association, what each item of the source stands for in Asana; None removes it.
    """

    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)

    def dump(self) -> bytes:
        """Return the effect as JSON."""
        return orjson.dumps([self.fields, self.links])

    @classmethod
    def load(cls, text: bytes) -> Effect:
        """Return the effect that `dump` wrote."""
        fields, links = orjson.loads(text)
        return cls(fields, links)


@dataclass(slots=True)
class Known:
    """What this source last applied to one thing, and what is under way for it.

    Attributes:
        owned: this target has made it.
        promised: this run has brought a record of it.
        fresh: this run has made it.
        creating: an operation that makes it is under way.
        fields: hash of the last applied source value by field.
        links: by association, what each item of the source stands for in Asana.
    """

    id: int
    key: Key
    gid: str | None
    owned: bool
    promised: bool
    fresh: bool = False
    creating: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether Asana has it, or an operation under way makes it."""
        return self.gid is not None or self.creating

    def merge(self, effect: Effect) -> None:
        """Take an effect as true."""
        self.fields.update(effect.fields)
        for link, items in effect.links.items():
            held = self.links.setdefault(link, {})
            for item, value in items.items():
                if value is None:
                    held.pop(item, None)
                else:
                    held[item] = value


class Identities:
    """The `identity` and `edge` tables of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def applied_hash(self, key: Key) -> bytes | None:
        """Return the hash of the record that was last applied in full under this key."""
        row = self._db.execute(
            "SELECT hash FROM identity WHERE ns = ? AND resource = ? AND key = ?", key
        ).fetchone()
        return row[0] if row else None

    def promise(self, key: Key) -> int:
        """Note that this run brings a record for `key`; return the identity's number."""
        return int(
            self._db.execute(
                "INSERT INTO identity (ns, resource, key, promised) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET hash = NULL, promised = excluded.promised "
                "RETURNING id",
                (*key, self._journal.run),
            ).fetchone()[0]
        )

    def find(self, key: Key) -> Known | None:
        """Return what is known under `key`, what is under way included."""
        row = self._db.execute(
            "SELECT id, gid, owned, promised, applied_fields, applied_assoc, made_by FROM identity "
            "WHERE ns = ? AND resource = ? AND key = ?",
            key,
        ).fetchone()
        if row is None:
            return None
        known = Known(
            id=row[0],
            key=key,
            gid=row[1],
            owned=bool(row[2]),
            promised=row[3] == self._journal.run,
            fresh=row[6] == self._journal.run,
            fields=orjson.loads(row[4]),
            links=orjson.loads(row[5]),
        )
        for kind, effect in self._journal.operations.under_way(known.id):
            known.creating = known.creating or kind in MAKES
            known.merge(effect)
        return known

    def get(self, key: Key) -> Known:
        """Return what is known under `key`, making room for it when nothing is."""
        known = self.find(key)
        if known is None:
            self._db.execute("INSERT INTO identity (ns, resource, key) VALUES (?, ?, ?)", key)
            known = self.find(key)
        if known is None:
            raise LookupError(key)
        return known

    def gid(self, identity: int) -> str | None:
        """Return the gid of an identity, or None while it has none."""
        row = self._db.execute("SELECT gid FROM identity WHERE id = ?", (identity,)).fetchone()
        return row[0] if row else None

    def key(self, identity: int) -> Key:
        """Return what the source calls an identity."""
        return Key(
            *self._db.execute(
                "SELECT ns, resource, key FROM identity WHERE id = ?", (identity,)
            ).fetchone()
        )

    def adopt(self, identity: int, gid: str) -> None:
        """Take an object that Asana already has as this identity; it is not ours to delete."""
        taken = self._db.execute(
            "UPDATE identity SET gid = ? WHERE id = ? AND gid IS NULL", (gid, identity)
        )
        if taken.rowcount:
            self._journal.operations.release(identity)

    def settle(self, identity: int, effect: Effect, gid: str | None) -> None:
        """Make an effect durable; `gid` is given where the operation made the object."""
        row = self._db.execute(
            "SELECT gid, applied_fields, applied_assoc FROM identity WHERE id = ?", (identity,)
        ).fetchone()
        known = Known(
            identity, Key("", "", ""), row[0], owned=True, promised=False,
            fields=orjson.loads(row[1]), links=orjson.loads(row[2]),
        )  # fmt: skip
        known.merge(effect)
        self._db.execute(
            "UPDATE identity SET applied_fields = ?, applied_assoc = ? WHERE id = ?",
            (orjson.dumps(known.fields).decode(), orjson.dumps(known.links).decode(), identity),
        )
        if gid is not None:
            self._db.execute(
                "UPDATE identity SET gid = ?, owned = 1, made_by = ? WHERE id = ?",
                (gid, self._journal.run, identity),
            )

    def key_of(self, gid: str) -> Key | None:
        """Return what the source calls an object of Asana, or None when it has never named it."""
        row = self._db.execute(
            "SELECT ns, resource, key FROM identity WHERE gid = ? LIMIT 1", (gid,)
        ).fetchone()
        return Key(*row) if row else None

    def finish(self, key: Key, digest: bytes) -> None:
        """Note that the record with this hash is applied in full.

        Not when a later record under the same key has come since: that one decides.
        """
        self._db.execute(
            "UPDATE identity SET hash = ? WHERE ns = ? AND resource = ? AND key = ? "
            "AND NOT EXISTS (SELECT 1 FROM record r WHERE r.ns = identity.ns "
            "AND r.resource = identity.resource AND r.key = identity.key "
            "AND r.status IN ('new', 'waiting', 'planned'))",
            (digest, *key),
        )

    def remember(self, key: Key, values: dict[str, Any]) -> None:
        """Keep what a look-up record says, such as the e-mail of a source's user."""
        self._db.execute(
            "INSERT INTO identity (ns, resource, key, applied_fields) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET applied_fields = excluded.applied_fields",
            (*key, orjson.dumps(values).decode()),
        )

    def remembered(self, ns: str, resource: str) -> list[str]:
        """Return the keys of the look-up records of one resource."""
        rows = self._db.execute(
            "SELECT key FROM identity WHERE ns = ? AND resource = ?", (ns, resource)
        )
        return [row[0] for row in rows]
