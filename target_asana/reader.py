"""Reads Singer messages, and knows where it is in them."""

from __future__ import annotations

import codecs
import sys
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

import orjson
from singer_sdk.exceptions import RecordsWithoutSchemaException
from singer_sdk.singerlib.encoding.base import GenericSingerReader
from singer_sdk.singerlib.exceptions import InvalidInputLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_GZIP = b"\x1f\x8b"


class InputError(ValueError):
    """A line that is no Singer message."""


class LineReader(GenericSingerReader[str]):
    """A reader that can be interrupted while it waits for input, and only then.

    Attributes:
        line: number of the line at work, from 1.
        listening: a line is being waited for.
        between: called between two messages.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = 0
        self.listening = False
        self.between: Callable[[], None] = lambda: None

    @property
    def default_input(self) -> Any:
        """Standard input, as bytes."""
        return sys.stdin.buffer

    def process_lines(
        self,
        file_input: IO[str] | None,
        callbacks: Mapping[str, Callable[[dict[str, Any]], None]],
    ) -> Counter[str]:
        """Hand each message to the callback of its type; return how many there were of each."""
        stats: Counter[str] = Counter()
        for line in self._lines(file_input or self.default_input):
            if not line.strip():
                continue
            message = self.deserialize_json(line)
            kind = str(message.get("type"))
            if kind not in callbacks:
                raise InputError(f"line {self.line}: {kind!r} is no type of Singer message")
            if kind == "RECORD" and not isinstance(message.get("record"), dict):
                raise InputError(f"line {self.line}: a RECORD message without a JSON object")
            try:
                callbacks[kind](message)
            except (InvalidInputLine, RecordsWithoutSchemaException) as error:
                raise type(error)(f"line {self.line}: {error}") from None
            stats[kind] += 1
            self.between()
        return stats

    def _lines(self, source: Iterable[str]) -> Any:
        lines = iter(source)
        while True:
            self.listening = True
            line = next(lines, None)
            self.listening = False
            if line is None:
                return
            self.line += 1
            yield self._unmarked(line) if self.line == 1 else line

    @staticmethod
    def _unmarked(line: Any) -> Any:
        """Return the first line without the byte-order mark that PowerShell puts there.

        Raises:
            InputError: when the input is compressed.
        """
        text = line if isinstance(line, bytes) else line.encode(errors="surrogateescape")
        if text.startswith(_GZIP):
            raise InputError("line 1: compressed input: decompress it first (gzip -dc)")
        return text.removeprefix(codecs.BOM_UTF8)

    def deserialize_json(self, line: str) -> dict[str, Any]:
        """Return a line's message.

        Raises:
            InputError: when the line is no JSON object; what it holds is not repeated.
        """
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            where = f"column {error.colno}"
            raise InputError(f"line {self.line}: not JSON: {error.msg} at {where}") from None
        if not isinstance(message, dict):
            raise InputError(f"line {self.line}: not a Singer message")
        return message
