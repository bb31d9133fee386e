"""A line on a terminal that shows how far a run is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

_EVERY = 0.2
"""Seconds between two looks at the counts."""


class Progress:
    """Records read and records done; silent where there is no terminal."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar = self._bars.add_task("records", total=None)
        self._at = 0.0
        self._bars.start()

    def journaled(self, records: int) -> None:
        """Note how many records have come in."""
        self._bars.update(self._bar, total=records)

    def applied(self, operations: int, counts: Mapping[str, int]) -> None:
        """Note how many operations and records are done."""
        if time.monotonic() - self._at < _EVERY:
            return
        self._at = time.monotonic()
        self._bars.update(
            self._bar, completed=sum(counts.values()), description=f"{operations:,} writes"
        )

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bars.stop()
