"""Dates as Asana reads them, and what to write in place of others."""

from __future__ import annotations

import re
from datetime import date

from target_asana.wanted import RefusedError

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def checked(text: str, field: str) -> str:
    """Return a date as it is when Asana reads it: YYYY-MM-DD.

    Raises:
        RefusedError: for another form, with what to write instead; none is guessed.
    """
    said = text.strip()
    if _ISO.fullmatch(said) and _day(*map(int, said.split("-"))):
        return said
    days = _readings(said)
    form = days[0] if len(days) == 1 else f"YYYY-MM-DD, {' or '.join(days) or 'like 2026-12-31'}"
    raise RefusedError("invalid", field, f"{text!r} is no date as Asana reads it: write {form}")


def _readings(text: str) -> list[str]:
    """Return the days that a date in another form can mean."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
        found = [_day(year, month, day)]
    elif match := _YEAR_LAST.fullmatch(text):
        one, other, year = map(int, match.groups())
        found = [_day(year, other, one), _day(year, one, other)]
    else:
        found = []
    return list(dict.fromkeys(day for day in found if day))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
