"""Files of what was not written: Singer streams that can be piped back in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as its SCHEMA message describes it."""

    schema: dict[str, Any]
    key_properties: tuple[str, ...]


@dataclass(slots=True)
class DeadLetters:
    """One file of records, each with why it was not written.

    A file of an earlier run that still holds records is kept under that run's time, never lost:
    it may be the very input of this run.
    """

    path: Path
    run: int
    count: int = 0
    _file: IO[bytes] | None = None
    _dirty: bool = False
    _streams: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Start an empty file that only its owner may read."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.path.exists() and self.path.stat().st_size:
            name, _, rest = self.path.name.partition(".")
            self.path.rename(self.path.with_name(f"{name}.before-run-{self.run}.{rest}"))
        self.path.unlink(missing_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(descriptor, "ab")

    def add(self, name: str, stream: Stream, payload: bytes, rejection: dict[str, Any]) -> None:
        """Write one record, with the SCHEMA of its stream before the first."""
        if self._file is None:
            raise ValueError(f"{self.path} is not open")
        if name not in self._streams:
            self._streams.add(name)
            message = {
                "type": "SCHEMA",
                "stream": name,
                "schema": stream.schema,
                "key_properties": list(stream.key_properties),
            }
            self._file.write(orjson.dumps(message) + b"\n")
        record = {
            "type": "RECORD",
            "stream": name,
            "record": orjson.Fragment(payload),
            "rejection": rejection,
        }
        self._file.write(orjson.dumps(record) + b"\n")
        self.count += 1
        self._dirty = True

    def sync(self) -> None:
        """Bring what was written to the disk, before STATE may pass it."""
        if self._file is not None and self._dirty:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._dirty = False

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
