"""Hours logged: more of them than one listing may hold."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from tap_asana.api import BadRequest
from tap_asana.base import AsanaStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_asana.read_ahead import Page

_FROM, _TO = "entered_on_start_date", "entered_on_end_date"


class TimeTrackingEntries(AsanaStream):
    """The hours logged in a workspace, in parts where they are too many for one listing.

    Asana cuts listings of tens of thousands: behind the last page that it gives is a 400 (Asana's
    docs on errors). What was cut is listed again in two spans of days, each with half of what came.
    """

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [frozenset({"entered_on"})])

    def listed(self, path: str, params: dict[str, str]) -> Iterator[Page]:
        """List the days of a span, and of its halves where it is cut (in a worker)."""
        given: set[str] = set()
        spans: list[tuple[str, str | None]] = [(params[_FROM], None)]
        while spans:
            first, last = spans.pop()
            read: dict[str, str] = {}
            asked = {**params, _FROM: first, **({_TO: last} if last else {})}
            try:
                for page in super().listed(path, asked):
                    read |= {record["gid"]: record["entered_on"] for record in page}
                    if fresh := [record for record in page if record["gid"] not in given]:
                        yield fresh
            except BadRequest:
                middle = _middle(list(read.values()), last)
                if middle is None or middle < first:
                    raise
                given |= read.keys()
                spans += [(_next(middle), last), (first, middle)]


def _middle(days: list[str], last: str | None) -> str | None:
    """The day that ends the first half of a span; None where nothing came of it."""
    if not days:
        return None
    middle = sorted(days)[len(days) // 2]
    return middle if middle != last else _next(middle, -1)


def _next(day: str, days: int = 1) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
