"""A file of Asana's CSV export, or a spreadsheet saved like one, as Singer messages."""

from __future__ import annotations

import csv
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from target_asana.rows import COLUMNS, KEY, NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

STREAM = "asana_csv"

_SAVE_AS = "save it as 'CSV UTF-8 (Comma delimited)'"
_NO_CSV = {
    b"PK\x03\x04": f"an Excel workbook: {_SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"an Excel workbook: {_SAVE_AS}",
    b"\x1f\x8b": "compressed: decompress it first",
}
"""What a file is that begins with these bytes."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte-order marks of what Excel calls Unicode text."""

_DELIMITERS = ",;\t"
_LONGEST_CELL = 2**31 - 1
"""Python's own limit of 131,072 characters is less than a description may have."""

_CANONICAL = {column.casefold(): column for column in COLUMNS}


class ExportError(ValueError):
    """A file that cannot be read as Asana's CSV export."""


def messages(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a SCHEMA message and a RECORD message per row; blank rows are none.

    The order of the columns is free, and so is the case of their names.

    Raises:
        ExportError: when the file cannot be read, or has no column Name.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            yield from _messages(path, file)
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{path}: not a CSV file in UTF-8: {error}") from error


def _encoding(path: Path) -> str:
    """Return how the file's characters are written, where that is certain.

    Raises:
        ExportError: for other files than text in UTF-8 or UTF-16; no other encoding can be told
            from its neighbours.
    """
    if not path.is_file():
        return "utf-8-sig"
    with path.open("rb") as file:
        head = file.read(4)
        for start, kind in _NO_CSV.items():
            if head.startswith(start):
                raise ExportError(f"{path} is {kind}")
        if head.startswith(_UTF_16):
            return "utf-16"
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                byte = line[error.start]
                raise ExportError(
                    f"{path}: line {number} is not UTF-8 (byte {byte:#04x}): {_SAVE_AS}"
                ) from None
    return "utf-8-sig"


def _messages(path: Path, file: IO[str]) -> Iterator[dict[str, Any]]:
    first, above, delimiter = _header(file)
    reader = csv.reader(chain([first], file), delimiter=delimiter)
    columns = [_column(cell) for cell in next(reader, [])]
    _check(path, columns)
    yield {
        "type": "SCHEMA",
        "stream": STREAM,
        "schema": {
            "type": "object",
            "properties": {column: {"type": ["string", "null"]} for column in columns if column},
        },
        "key_properties": [KEY] if KEY in columns else [],
    }
    seen: dict[str, tuple[int, int]] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(columns, cells, strict=False))
        row.pop("", None)
        line = reader.line_num + above
        message = {"type": "RECORD", "stream": STREAM, "line": line, "record": row}
        if problem := _misfit(columns, cells) or _repeated(row, line, seen):
            message["problem"] = problem
        yield message


def _header(file: IO[str]) -> tuple[str, int, str]:
    """Return the line of the header, how many lines stand above it, and the delimiter.

    The delimiter is the one that makes a column Name appear, or what a first line `sep=;` says, as
    Excel writes it.
    """
    first = file.readline()
    if first.startswith("sep=") and len(first.rstrip()) == len("sep=;"):
        return file.readline(), 1, first[len("sep=")]
    for delimiter in _DELIMITERS:
        if NAME in map(_column, next(csv.reader([first], delimiter=delimiter), [])):
            return first, 0, delimiter
    return first, 0, ","


def _column(cell: str) -> str:
    name = cell.strip()
    return _CANONICAL.get(name.casefold(), name)


def _check(path: Path, columns: Sequence[str]) -> None:
    if NAME not in columns:
        found = ", ".join(columns[:20]) or "no columns at all"
        raise ExportError(f"{path}: the column {NAME} is missing; found {found}")
    twice = {column for column in columns if column and columns.count(column) > 1}
    if twice:
        raise ExportError(f"{path}: the column {min(twice)} stands there more than once")


def _misfit(columns: Sequence[str], cells: Sequence[str]) -> str | None:
    """Return what is wrong with a row that does not fill its columns, and no more than these."""
    if len(cells) < len(columns):
        return "the row has fewer cells than the file has columns; is a quote not closed?"
    if any("\0" in cell for cell in cells):
        return "the row holds a NUL character, which no text in Asana can"
    if extra := [cell for cell in cells[len(columns) :] if cell.strip()]:
        return (
            f"the row has more cells than the file has columns ({extra[0][:80]!r}); "
            f"is a comma not quoted?"
        )
    nameless = (cell for column, cell in zip(columns, cells, strict=False) if not column)
    if lost := next((cell for cell in nameless if cell.strip()), None):
        return f"the cell {lost[:80]!r} stands in a column without a name: name the column"
    return None


def _repeated(row: dict[str, str], line: int, seen: dict[str, tuple[int, int]]) -> str | None:
    """Return what is wrong with a row whose Task ID another row of the file has already."""
    if not (key := row.get(KEY, "").strip()):
        return None
    content = hash(tuple(row.values()))
    at, before = seen.setdefault(key, (line, content))
    if before == content:
        return None
    return (
        f"Task ID {key} stands on line {at} already, with other cells: leave one of the two "
        f"rows out, or give this one a Task ID of its own"
    )
