"""The sandbox's time: the machine's, moved by as much as a test wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset that only grows or is set on purpose."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """Tell the sandbox's time, in UTC."""
        return datetime.now(UTC) + self._offset

    def stamp(self) -> str:
        """Write the sandbox's time as Asana writes times: `2026-01-31T08:00:00.000Z`."""
        return stamp(self.now())

    def set(self, moment: datetime) -> None:
        """Make it that moment now; time goes on from there."""
        self._offset = moment - datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as Asana writes times, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
