"""Sinks: they accept records and do nothing else; the run sends what they accepted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from singer_sdk.sinks import RecordSink

from target_asana import export, mapping, rows
from target_asana.dead_letters import Stream
from target_asana.names import Sighting, plain
from target_asana.records import Arrival, Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_asana.failures import Rejection
    from target_asana.run import Run
    from target_asana.target import TargetAsana


class UnknownStreamError(ValueError):
    """A stream that is neither one of Asana's resources nor rows of its CSV export."""


class AsanaSink(RecordSink):
    """Accepts the records of one stream."""

    def __init__(
        self,
        target: TargetAsana,
        stream_name: str,
        schema: dict[str, Any],
        key_properties: Sequence[str] | None,
    ) -> None:
        """Find out what the stream is.

        Raises:
            UnknownStreamError: before anything is written.
        """
        columns = schema.get("properties", {})
        self.is_rows = stream_name == export.STREAM or rows.is_export(columns)
        resource = mapping.stream_resource(stream_name)
        if not self.is_rows and resource is None:
            raise UnknownStreamError(
                f"stream {stream_name!r} is unknown: it is no resource of Asana, and its columns "
                f"are not those of Asana's CSV export; leave it out, or map it to one of "
                f"{', '.join(sorted((*mapping.WRITTEN, *mapping.TABLES)))}"
            )
        self.resource = "tasks" if self.is_rows else str(resource)
        super().__init__(target, stream_name, schema, key_properties)
        self._keyed = rows.KEY in columns
        self._target = target
        self._seen: dict[bytes, int] = {}
        self._run.outcomes.streams[stream_name] = Stream(
            self.original_schema, tuple(key_properties or ())
        )

    @property
    def _run(self) -> Run:
        return self._target.run

    def accept(self, record: dict[str, Any], message: dict[str, Any], line: int) -> None:
        """Take a valid record in.

        Args:
            record: the record.
            message: the message it came in.
            line: its line in the input.
        """
        if self.is_rows:
            self._accept_row(record, message, line)
        elif self.resource in mapping.LOOKUPS:
            self._remember(record)
        elif self.resource in mapping.READ_ONLY:
            self._run.outcomes.skip(f"{self.resource}: not written")
        elif self.resource == "stories" and record.get("resource_subtype") not in _COMMENTS:
            self._run.outcomes.skip("stories: history of Asana's own")
        elif self.resource == "stories" and mapping.is_of_a_goal(record):
            self._run.outcomes.skip("stories: of goals, which are not written")
        else:
            key = _tuple([str(record[name]) for name in mapping.keys_of(self.resource)])
            self._arrive(Key(mapping.NAMESPACE, self.resource, key), record, message, line)

    def _remember(self, record: dict[str, Any]) -> None:
        names = mapping.LOOKUPS[self.resource].split()
        key = Key(mapping.NAMESPACE, self.resource, str(record["gid"]))
        self._run.journal.identities.remember(key, {name: record.get(name) for name in names})
        self._run.outcomes.skip(f"{self.resource}: looked up only")

    def _accept_row(self, record: dict[str, Any], message: dict[str, Any], line: int) -> None:
        payload = _canonical(record)
        task = str(record.get(rows.KEY) or "").strip()
        ns = rows.NAMESPACE if self._keyed else f"{rows.NAMESPACE}:{self.stream_name}"
        key = Key(ns, "tasks", task or self._content_key(payload))
        seq = self._run.journal.next_seq()
        held = self._run.journal.records.position(key) if "rejection" in message else None
        child = bool(str(record.get(rows.PARENT) or "").strip())
        row = Sighting(key.key, held or seq, child)
        name = plain(str(record.get(rows.NAME) or ""))
        self._run.arrive(
            Arrival(
                seq=seq,
                stream=self.stream_name,
                shape="row",
                key=key,
                payload=payload,
                hash=_digest(payload),
                line=line,
                row=row,
                row_name=name,
            )
        )

    def _content_key(self, payload: bytes) -> str:
        """Name a row without a Task ID by its content, equal ones by their turn.

        Weaker than a Task ID: a row that has changed is another row.
        """
        digest = _digest(payload)
        self._seen[digest] = self._seen.get(digest, 0) + 1
        return f"row {digest.hex()} {self._seen[digest]}"

    def _arrive(self, key: Key, record: dict[str, Any], message: dict[str, Any], line: int) -> None:
        payload = _canonical(record)
        self._run.arrive(
            Arrival(
                seq=self._run.journal.next_seq(),
                stream=self.stream_name,
                shape="tap",
                key=key,
                payload=payload,
                hash=_digest(payload),
                rank=mapping.RANKS[self.resource],
                version=message.get("version"),
                line=line,
            )
        )

    def refuse(self, record: dict[str, Any], rejection: Rejection, line: int) -> None:
        """Make a record that cannot be journaled a dead letter."""
        self._run.outcomes.refused_on_arrival(self.stream_name, record, rejection, line)

    def missing_keys(self, record: dict[str, Any]) -> list[str]:
        """Return the key columns that a record lacks."""
        if self.is_rows or self.resource in mapping.READ_ONLY:
            return []
        return [name for name in mapping.keys_of(self.resource) if not record.get(name)]

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Take a record in from the SDK's own loop, which knows no message and no line."""
        self.accept(record, context, 0)


_COMMENTS = ("comment_added",)


def _canonical(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS, default=str)


def _digest(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=16).digest()


def _tuple(values: list[str]) -> str:
    """Return a key as text: itself when single, a JSON array otherwise."""
    return values[0] if len(values) == 1 else orjson.dumps(values).decode()
