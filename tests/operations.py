"""The table of all of Asana's operations, those of the description and those it has dropped.

It lies beside the repository (``../shared/reference``): whatever needs it skips where it is absent.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path

import pytest

from tests.openapi import shape_of

TABLE = Path(__file__).parents[2] / "shared" / "reference" / "operations.csv"

ABSENT = f"Asana's table of operations is not here ({TABLE.name} beside the repository)"
needs_table = pytest.mark.skipif(not TABLE.exists(), reason=ABSENT)


@functools.cache
def _reading() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["method"] == "GET"]


def reading() -> frozenset[str]:
    """The paths of all GET operations, each with its places bare: /tasks/{}."""
    return frozenset(shape_of(row["path"]) for row in _reading())


def of_the_tap() -> list[str]:
    """The paths of those that read records; the rest look up one thing for a write."""
    return [row["path"] for row in _reading() if row["served_by"].startswith("tap:")]
