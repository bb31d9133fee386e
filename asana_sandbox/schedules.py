"""Moving the dates of a copy: all by as many days, around weekends where that is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from asana_sandbox.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

_SATURDAY = 5


class Schedule(NamedTuple):
    """By how many days dates move, and whether they may end on a weekend."""

    days: int = 0
    skip_weekends: bool = False

    def move(self, value: str | None) -> str | None:
        """Move a date, or a time at its hour; what would fall on a weekend goes to Monday.

        Where Asana puts what falls on a weekend is not told; Monday is ours.

        Raises:
            ApiError: 400 for a date that no calendar has.
        """
        if value is None:
            return None
        try:
            moved = date.fromisoformat(value[:10]) + timedelta(days=self.days)
            late = moved.weekday() - _SATURDAY
            if self.skip_weekends and late >= 0:
                moved += timedelta(days=2 - late)
        except OverflowError:
            raise bad_request(f"schedule_dates: {value} cannot be moved so far") from None
        return moved.isoformat() + value[10:]


def first_on(starts: Iterable[str], day: str, *, skip_weekends: bool) -> Schedule:
    """Make the schedule that puts the first of some dates on a day (`start_on`)."""
    return _between(min(starts, default=day), day, skip_weekends=skip_weekends)


def last_on(ends: Iterable[str], day: str, *, skip_weekends: bool) -> Schedule:
    """Make the schedule that puts the last of some dates on a day (`due_on`)."""
    return _between(max(ends, default=day), day, skip_weekends=skip_weekends)


def _between(old: str, new: str, *, skip_weekends: bool) -> Schedule:
    days = (date.fromisoformat(new) - date.fromisoformat(old)).days
    return Schedule(days, skip_weekends)
