"""A file that Asana's CSV export has written, as Singer messages."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from target_asana.rows import KEY, NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STREAM = "asana_csv"


class ExportError(ValueError):
    """A file that cannot be read as Asana's CSV export."""


def messages(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a SCHEMA message and a RECORD message per row.

    The order of the columns is free, and a byte-order mark does no harm.

    Raises:
        ExportError: when the file cannot be read, or has no column Name.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="")
            columns = [column.strip() for column in reader.fieldnames or ()]
            reader.fieldnames = columns
            _check(path, columns)
            yield {
                "type": "SCHEMA",
                "stream": STREAM,
                "schema": {
                    "type": "object",
                    "properties": {column: {"type": ["string", "null"]} for column in columns},
                },
                "key_properties": [KEY] if KEY in columns else [],
            }
            for row in reader:
                message = {"type": "RECORD", "stream": STREAM, "line": reader.line_num}
                if problem := _misfit(row):
                    message["problem"] = problem
                row.pop("", None)
                yield {**message, "record": row}
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{path}: not a CSV file in UTF-8: {error}") from error


def _check(path: Path, columns: list[str]) -> None:
    if NAME not in columns:
        found = ", ".join(columns[:20]) or "no columns at all"
        raise ExportError(f"{path}: the column {NAME} is missing; found {found}")
    twice = {column for column in columns if column and columns.count(column) > 1}
    if twice:
        raise ExportError(f"{path}: the column {min(twice)} stands there more than once")


def _misfit(row: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a row that has not one cell per column."""
    if isinstance(row.get(""), list):
        return "the row has more cells than the file has columns; is a comma not quoted?"
    if None in row.values():
        return "the row has fewer cells than the file has columns"
    return None
