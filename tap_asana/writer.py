"""Singer messages to standard output: joined into large writes, whole lines whatever happens."""

from __future__ import annotations

import atexit
import io
import os
import sys
from typing import TYPE_CHECKING

import orjson
from singer_sdk.singerlib.encoding import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message, SchemaMessage, StateMessage
from singer_sdk.singerlib.json import serialize_json

if TYPE_CHECKING:
    from collections.abc import Callable

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
        """Return a message as one line of JSON, without its line end.

        What orjson refuses (a lone surrogate, an integer past 64 bits) the SDK's encoder takes.
        """
        content = message.to_dict()
        try:
            return orjson.dumps(content)
        except TypeError:
            return serialize_json(content).encode("ascii")

    def write_message(self, message: Message) -> None:
        """Take a message; a STATE also sends everything before it on its way."""
        if isinstance(message, SchemaMessage):
            if self._schemas.get(message.stream) == message:
                return
            self._schemas[message.stream] = message
        self._busy = True
        try:
            self._lines += self.serialize_message(message)
            self._lines += b"\n"
            is_state = isinstance(message, StateMessage)
            if is_state or len(self._lines) >= FLUSH_BYTES or _descriptor() is None:
                self._write_out()
        finally:
            self._busy = False
        self._end()

    def flush(self) -> None:
        """Write out what has been gathered."""
        self._busy = True
        try:
            self._write_out()
        finally:
            self._busy = False
        self._end()

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


def _descriptor() -> int | None:
    """Return where standard output goes; None when Python code has put an object in its place."""
    try:
        return sys.stdout.fileno()
    except io.UnsupportedOperation:
        return None
