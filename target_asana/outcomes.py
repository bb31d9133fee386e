"""What becomes of records: their ends, their counts, and the files of what was not written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from target_asana.dead_letters import DeadLetters, Stream
from target_asana.failures import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from target_asana.journal import Journal
    from target_asana.operations import Ready
    from target_asana.records import Record
    from target_asana.wanted import RefusedError

_UNKNOWN = re.compile(r"Unknown object: (\d+)")
"""How Asana names what it does not have (Asana's forum, 72142)."""

_VERBS = {"create": "created", "update": "updated", "parent": "moved"}


@dataclass(slots=True)
class Outcomes:
    """Ends of records, journaled and counted.

    Attributes:
        streams: schema of each stream, for the files.
        counts: records by end.
        skipped: records that are not to be written, by reason.
        operations: applied operations by resource and verb.
        causes: rejected records by class, field and message.
    """

    journal: Journal
    directory: Path
    streams: dict[str, Stream] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    _rejected: DeadLetters = field(init=False)
    _unprocessed: DeadLetters = field(init=False)

    def __post_init__(self) -> None:
        """Start the files of this run."""
        run = self.journal.run
        self._rejected = DeadLetters(self.directory / "rejected.singer.jsonl", run)
        self._unprocessed = DeadLetters(self.directory / "unprocessed.singer.jsonl", run)
        self._rejected.open()
        self._unprocessed.open()

    @property
    def files(self) -> dict[str, str]:
        """Where the files are."""
        return {"rejected": str(self._rejected.path), "unprocessed": str(self._unprocessed.path)}

    def unchanged(self, record: Record) -> None:
        """Note that a record needs nothing."""
        self.counts["unchanged"] += 1
        self.journal.records.set_status(record.seq, "unchanged")
        self.journal.identities.finish(record.key, record.hash)

    def skip(self, reason: str) -> None:
        """Count a record that is not to be written."""
        self.counts["skipped"] += 1
        self.skipped[reason] += 1

    def overtaken(self, record: Record) -> None:
        """Note that a record need not be written, as a later one says it anew."""
        self.skip("a later record of the same key holds")
        self.journal.records.set_status(record.seq, "unchanged")

    def refused(self, record: Record, refusal: RefusedError) -> None:
        """Note that a record cannot be written as it is."""
        rejection = Rejection(refusal.kind, str(refusal), field=refusal.field)
        self._reject(record, rejection)
        known = self.journal.identities.find(record.key)
        if known is not None and not known.exists:
            why = f"{record.key.resource} {record.key.key} was not written: {refusal}"
            error = Rejection("blocked", why).dump()
            self.settle(self.journal.operations.block_dependents(known.id, error))

    def refused_on_arrival(
        self, stream: str, content: dict[str, Any], rejection: Rejection, line: int
    ) -> None:
        """Note that a record was refused before it could be journaled."""
        payload = orjson.dumps(content, default=str)
        self._dead_letter(self._rejected, stream, payload, rejection, line)
        self._rejected.sync()

    def blocked(self, record: Record, message: str, *, unknown: bool) -> None:
        """Note that a record needs what has failed, or what nobody knows the fate of."""
        self.journal.records.set_status(record.seq, "blocked" if unknown else "unprocessed")
        rejection = Rejection("blocked", message, retriable=True)
        self._dead_letter(self._unprocessed, record.stream, record.payload, rejection, record.line)

    def unknown(self, record: Record) -> None:
        """Note that nobody knows whether a record was written."""
        self.journal.records.set_status(record.seq, "unknown")
        self.counts["unknown"] += 1

    def op_applied(self, op: Ready, gid: str | None) -> None:
        """Note that Asana has done an operation."""
        self.journal.operations.applied(op.id, gid)
        if op.call.method != "GET":
            self.operations[op.resource, _VERBS.get(op.kind, "related")] += 1
        self.settle({op.seq})

    def op_failed(self, op: Ready, status: str, rejection: Rejection) -> None:
        """Note that an operation was refused, or that nobody knows whether it was done."""
        told = replace(rejection, message=rejection.message + self._lost(rejection.message))
        self.settle(self.journal.operations.failed(op.id, status, told.dump()))

    def _lost(self, message: str) -> str:
        """Return what an object was that Asana no longer has, and what to do, or nothing."""
        found = _UNKNOWN.search(message)
        key = self.journal.identities.key_of(found[1]) if found else None
        if key is None:
            return ""
        name = key.key.partition("/")[2] if key.ns == "name" and "/" in key.key else key.key
        return (
            f" It is the {key.resource.removesuffix('s')} {name!r} of an earlier run: restore it "
            f"in Asana, or begin anew with another state_id."
        )

    def circle(self, op: int) -> None:
        """Reject an operation that waits, through others, for itself."""
        message = "it waits for a task that waits for it: parents form a circle"
        error = Rejection("invalid", message, field="parent").dump()
        self.settle(self.journal.operations.failed(op, "rejected", error))

    def settle(self, seqs: Iterable[int]) -> None:
        """Bring records to their end whose operations are all at theirs."""
        for seq in sorted(seqs):
            record = self.journal.records.get(seq)
            states = self.journal.operations.states(seq)
            if record is None or any(state[0] in {"planned", "sent"} for state in states):
                continue
            worst = min(states, key=lambda state: _SEVERITY.index(state[0]))
            self._end(record, *worst[:3])

    def _end(self, record: Record, status: str, root: int | None, error: str | None) -> None:
        if status == "applied":
            self.counts["applied"] += 1
            self.journal.records.set_status(record.seq, "applied")
            self.journal.identities.finish(record.key, record.hash)
        elif status == "unknown":
            self.unknown(record)
        elif status == "rejected":
            self._reject(record, Rejection.load(error or ""))
        else:
            unknown = root is not None and self.journal.operations.status(root) == "unknown"
            message = Rejection.load(error or "").message
            self.blocked(record, f"needs what failed: {message}", unknown=unknown)

    def _reject(self, record: Record, rejection: Rejection) -> None:
        self.journal.records.reject(record.seq, asdict(rejection))
        self._dead_letter(self._rejected, record.stream, record.payload, rejection, record.line)

    def _dead_letter(
        self,
        file: DeadLetters,
        stream: str,
        payload: bytes,
        rejection: Rejection,
        line: int | None,
    ) -> None:
        self.counts["rejected" if file is self._rejected else "unprocessed"] += 1
        self.causes[rejection.kind, rejection.field, rejection.message] += 1
        about = asdict(rejection)
        about["class"] = about.pop("kind")
        file.add(
            stream,
            self.streams[stream],
            payload,
            {"v": 1, **about, "input_line": line, "run": self.journal.run},
        )

    def flush(self) -> None:
        """Bring the files to the disk; to be called before the journal's commit."""
        self._rejected.sync()
        self._unprocessed.sync()

    def close(self) -> None:
        """Close the files; may be called again."""
        self._rejected.close()
        self._unprocessed.close()


_SEVERITY = ("unknown", "rejected", "blocked", "applied")
