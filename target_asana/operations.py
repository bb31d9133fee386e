"""What is to be sent: operations, what each waits for, and what became of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from tap_asana.api import Call
from target_asana.identities import MAKES, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_asana.journal import Journal

_REFERENCE = re.compile(r"~(\d+)~")


def in_path(identity: int) -> str:
    """Return how a path names an identity that may have no gid yet."""
    return f"~{identity}~"


def in_body(identity: int) -> dict[str, int]:
    """Return how a body names an identity that may have no gid yet."""
    return {"$id": identity}


@dataclass(slots=True)
class Step:
    """One operation as planned.

    Attributes:
        seq: the record that wants it.
        kind: "create", "adopt" (which gives the identity a gid too, and may be repeated),
            "update", "parent", or an association with "+" or "-" behind it.
        subject: the identity that `effect` is about.
        call: the request; identities stand in it as `in_path` and `in_body` write them.
        needs: identities that must have a gid first.
        lock: what no other operation may touch at the same time.
        container: the identity inside which a creation makes its object.
        after: the operation that must be applied first.
    """

    seq: int
    resource: str
    kind: str
    subject: int
    call: Call
    effect: Effect
    needs: set[int] = field(default_factory=set)
    lock: str = ""
    container: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that can be sent now; its call holds gids only."""

    id: int
    seq: int
    resource: str
    kind: str
    lock: str
    attempt: int
    call: Call


class Operations:
    """The `op` and `op_dep` tables of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def add(self, step: Step) -> int:
        """Journal an operation; return its number."""
        body = orjson.dumps(dict(step.call.data), option=orjson.OPT_SORT_KEYS)
        waits = [need for need in step.needs if self._journal.identities.gid(need) is None]
        blocked = self._db.execute(
            "SELECT 1 FROM op WHERE id = ? AND status <> 'applied'", (step.after,)
        ).fetchone()
        op = int(
            self._db.execute(
                "INSERT INTO op (seq, resource, kind, subject, method, path, body, body_hash, "
                "effect, container, lock, after, blockers, status) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned')",
                (
                    step.seq,
                    step.resource,
                    step.kind,
                    step.subject,
                    step.call.method,
                    step.call.path,
                    body,
                    hashlib.blake2b(body, digest_size=16).digest(),
                    step.effect.dump(),
                    step.container,
                    step.lock or f"i{step.subject}",
                    step.after,
                    len(waits) + (1 if blocked else 0),
                ),
            ).lastrowid
            or 0
        )
        self._db.executemany(
            "INSERT INTO op_dep (op, needs) VALUES (?, ?)", [(op, need) for need in waits]
        )
        return op

    def add_ended(self, step: Step, status: str, error: str) -> None:
        """Journal an operation that is rejected or blocked before it could become a call."""
        op = self.add(step)
        self._db.execute("UPDATE op SET status = ?, error = ? WHERE id = ?", (status, error, op))

    def under_way(self, subject: int) -> list[tuple[str, Effect]]:
        """Return kind and effect of the operations that may yet become true for an identity."""
        return [
            (kind, Effect.load(effect))
            for kind, effect in self._db.execute(
                "SELECT kind, effect FROM op WHERE subject = ? "
                "AND status IN ('planned', 'sent', 'unknown') ORDER BY id",
                (subject,),
            )
        ]

    def unknown_creation(self, subject: int) -> str | None:
        """Return why nobody knows whether this identity was made, or None when all is known."""
        row = self._db.execute(
            "SELECT error, method, path FROM op WHERE subject = ? AND status = 'unknown' LIMIT 1",
            (subject,),
        ).fetchone()
        return None if row is None else str(row[0] or f"{row[1]} {row[2]} was sent, then cut off")

    def ready(self, limit: int) -> list[tuple[int, str]]:
        """Return number and lock of operations that wait for nothing any more, oldest first."""
        return self._db.execute(
            "SELECT id, lock FROM op WHERE status = 'planned' AND blockers = 0 ORDER BY id LIMIT ?",
            (limit,),
        ).fetchall()

    def load(self, op: int) -> Ready:
        """Return a ready operation with gids in all its places."""
        seq, resource, kind, lock, attempt, method, path, body = self._db.execute(
            "SELECT seq, resource, kind, lock, attempt, method, path, body FROM op WHERE id = ?",
            (op,),
        ).fetchone()
        call = Call(method, self._filled(path), self._resolved(orjson.loads(body)))
        return Ready(op, seq, resource, kind, lock, attempt, call)

    def _filled(self, path: str) -> str:
        return _REFERENCE.sub(lambda match: self._gid(int(match[1])), path)

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"$id"}:
                return self._gid(value["$id"])
            return {key: self._resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        return value

    def _gid(self, identity: int) -> str:
        gid = self._journal.identities.gid(identity)
        if gid is None:
            raise LookupError(f"identity {identity} has no gid, yet an operation needs it now")
        return gid

    def mark_sent(self, ops: Sequence[Ready], batch: int, server_time: str) -> None:
        """Commit that these are about to be sent; to be called before the first byte leaves."""
        with self._journal.transaction():
            self._db.executemany(
                "UPDATE op SET status = 'sent', attempt = attempt + 1, batch_id = ?, "
                "sent_at_server = ? WHERE id = ?",
                [(batch, server_time, op.id) for op in ops],
            )

    def put_back(self, op: int) -> None:
        """Note that an operation certainly did not happen and may be sent again."""
        self._db.execute("UPDATE op SET status = 'planned' WHERE id = ?", (op,))

    def applied(self, op: int, gid: str | None) -> None:
        """Note what an operation has made true, and set free what waited for it."""
        kind, subject, effect = self._db.execute(
            "SELECT kind, subject, effect FROM op WHERE id = ?", (op,)
        ).fetchone()
        self._db.execute("UPDATE op SET status = 'applied' WHERE id = ?", (op,))
        made = gid if kind in MAKES else None
        self._journal.identities.settle(subject, Effect.load(effect), made)
        self._db.execute("UPDATE op SET blockers = blockers - 1 WHERE after = ?", (op,))
        if made is not None:
            self.release(subject)

    def release(self, identity: int) -> None:
        """Set free what waited for an identity to have a gid."""
        self._db.execute(
            "UPDATE op SET blockers = blockers - 1 "
            "WHERE id IN (SELECT op FROM op_dep WHERE needs = ?)",
            (identity,),
        )

    def failed(self, op: int, status: str, error: str) -> set[int]:
        """Note that an operation is rejected or unknown, and block all that needs it.

        Returns:
            The records concerned.
        """
        self._db.execute("UPDATE op SET status = ?, error = ? WHERE id = ?", (status, error, op))
        if status == "rejected":
            self._db.execute("DELETE FROM edge WHERE op = ?", (op,))
        seq, kind, subject = self._db.execute(
            "SELECT seq, kind, subject FROM op WHERE id = ?", (op,)
        ).fetchone()
        waiting = self._waiting_for(op, subject if kind in MAKES else None)
        return {seq} | self._block(waiting, op, error)

    def block_dependents(self, subject: int, error: str) -> set[int]:
        """Block all that needs an identity whose record was rejected before it became a call."""
        return self._block(self._waiting_for(None, subject), None, error)

    def _waiting_for(self, op: int | None, subject: int | None) -> list[int]:
        return [
            row[0]
            for row in self._db.execute(
                "SELECT op FROM op_dep JOIN op o ON o.id = op WHERE needs = ? "
                "AND o.status = 'planned' "
                "UNION SELECT id FROM op WHERE after = ? AND status = 'planned'",
                (subject, op),
            )
        ]

    def _block(self, ops: Iterable[int], root: int | None, error: str) -> set[int]:
        seqs: set[int] = set()
        todo = list(ops)
        while todo:
            op = todo.pop()
            seq, kind, subject = self._db.execute(
                "UPDATE op SET status = 'blocked', root = ?, error = ? WHERE id = ? "
                "RETURNING seq, kind, subject",
                (root, error, op),
            ).fetchone()
            self._db.execute("DELETE FROM edge WHERE op = ?", (op,))
            seqs.add(seq)
            todo.extend(self._waiting_for(op, subject if kind in MAKES else None))
        return seqs

    def stuck(self) -> list[int]:
        """Return operations that wait, in a circle, for one another."""
        return [
            row[0]
            for row in self._db.execute(
                "SELECT id FROM op WHERE status = 'planned' AND blockers > 0 ORDER BY id LIMIT 1"
            )
        ]

    def states(self, seq: int) -> list[tuple[str, int | None, str | None, str]]:
        """Return status, root cause, error and kind of each operation of a record."""
        return list(
            self._db.execute("SELECT status, root, error, kind FROM op WHERE seq = ?", (seq,))
        )

    def status(self, op: int) -> str:
        """Return the status of an operation."""
        return str(self._db.execute("SELECT status FROM op WHERE id = ?", (op,)).fetchone()[0])

    def unknown(self) -> list[dict[str, Any]]:
        """Return the operations of which nobody knows whether they happened."""
        rows = self._db.execute(
            "SELECT o.id, o.seq, o.resource, i.ns, i.key, o.method, o.path, o.body, "
            "o.sent_at_server, o.error FROM op o JOIN identity i ON i.id = o.subject "
            "WHERE o.status = 'unknown' ORDER BY o.id"
        )
        names = ("op", "seq", "resource", "namespace", "key", "method", "path", "body",
                 "sent_at", "error")  # fmt: skip
        return [
            dict(zip(names, (*row[:7], orjson.loads(row[7]), *row[8:]), strict=True))
            for row in rows
        ]

    def recover(self) -> None:
        """Bring the operations of an earlier run to a state that is true.

        What was sent and never answered is unknown, never planned. Of these, what may be repeated
        without harm is forgotten with the rest: the input plans it again.
        """
        self._db.execute("UPDATE op SET status = 'unknown' WHERE status = 'sent'")
        self._db.execute(
            "DELETE FROM edge WHERE op IN (SELECT id FROM op WHERE status <> 'applied')"
        )
        self._db.execute(
            "DELETE FROM op WHERE status <> 'unknown' OR kind <> 'create' OR method <> 'POST'"
        )
        self._db.execute("DELETE FROM op_dep")
