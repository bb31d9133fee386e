"""Singer messages to standard output: joined into large writes, whole lines whatever happens."""

from __future__ import annotations

import atexit
import io
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from singer_sdk.singerlib.encoding import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import (
    Message,
    RecordMessage,
    SchemaMessage,
    StateMessage,
)
from singer_sdk.singerlib.json import serialize_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FLUSH_BYTES = 65_536
"""How much is gathered before it is written: what a Linux pipe holds (pipe(7))."""


class LineWriter(GenericSingerWriter[bytes, Message]):
    """Writes messages as JSON lines through a buffer that is emptied at each STATE.

    A SCHEMA that equals the stream's last one is dropped: the SDK sends it again for each parent.
    """

    def __init__(self) -> None:
        """Start with nothing written; whatever is left when the process ends is written then."""
        super().__init__()
        atexit.register(self.flush)
        self._lines = bytearray()
        self._schemas: dict[str, SchemaMessage] = {}
        self._busy = False
        self._ending: Callable[[], None] | None = None

    def serialize_message(self, message: Message) -> bytes:
        """Return a message as one line of JSON, without its line end."""
        return _encoded(message.to_dict())

    def write_message(self, message: Message) -> None:
        """Take a message; a STATE also sends everything before it on its way."""
        if isinstance(message, SchemaMessage):
            if self._schemas.get(message.stream) == message:
                return
            self._schemas[message.stream] = message
        with self._whole():
            self._take(self.serialize_message(message))
            if isinstance(message, StateMessage):
                self._write_out()

    def write_records(self, stream: str, records: Iterable[dict[str, Any]]) -> None:
        """Take records of one moment; the lines are those that `write_message` makes of each.

        Args:
            stream: Name of the stream as it is to be written.
            records: As they are to be written.
        """
        content = RecordMessage(stream, {}, time_extracted=datetime.now(UTC)).to_dict()
        with self._whole():
            for record in records:
                content["record"] = record
                self._take(_encoded(content))

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Keep an end back until all lines are whole."""
        self._busy = True
        try:
            yield
            if _descriptor() is None:
                self._write_out()
        finally:
            self._busy = False
        self._end()

    def _take(self, line: bytes) -> None:
        self._lines += line
        self._lines += b"\n"
        if len(self._lines) >= FLUSH_BYTES:
            self._write_out()

    def flush(self) -> None:
        """Write out what has been gathered."""
        with self._whole():
            self._write_out()

    def at_boundary(self, ending: Callable[[], None]) -> None:
        """Call `ending` between two messages: now, or when the one being written is out.

        Made for signal handlers, which may find the main thread in the middle of a line.
        """
        if self._busy:
            self._ending = ending
        else:
            ending()

    def _end(self) -> None:
        ending, self._ending = self._ending, None
        if ending is not None:
            ending()

    def _write_out(self) -> None:
        """Empty the buffer into standard output.

        A write to a pipe may be partial when a signal arrives (write(2)), hence the loop. When
        nobody reads the other end, what is left has nowhere to go.
        """
        if not self._lines:
            return
        descriptor = _descriptor()
        if descriptor is None:
            sys.stdout.write(self._lines.decode())
            self._lines.clear()
            return
        try:
            while self._lines:
                written = os.write(descriptor, self._lines)
                del self._lines[:written]
        except BrokenPipeError:
            self._lines.clear()
            raise


def _encoded(content: dict[str, Any]) -> bytes:
    """Write a message as JSON.

    What orjson refuses (a lone surrogate, an integer past 64 bits) the SDK's encoder takes.
    """
    try:
        return orjson.dumps(content)
    except TypeError:
        return serialize_json(content).encode("ascii")


def _descriptor() -> int | None:
    """Return where standard output goes; None when Python code has put an object in its place."""
    try:
        return sys.stdout.fileno()
    except io.UnsupportedOperation:
        return None
