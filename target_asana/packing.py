"""How many actions travel in one request, and how many requests at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (10, 5, 3, 2, 1)
"""Actions per request, from fewest requests to most speed.

A batch keeps all its slots until its slowest action is done, so large batches are slow where
Asana is slow: with 15 write slots only one batch of ten fits at a time.
"""

_WINDOW = 3.0
"""Seconds of uninterrupted work after which the speed is judged."""
_ENOUGH = 0.85
"""Share of the quota at which it is the quota that limits, not the packing."""
_AGAIN = 40
"""Windows after which what was learnt about the sizes is forgotten, as latency changes."""


@dataclass(slots=True)
class Packing:
    """The largest batches that use the quota up; the fastest where none does.

    Attributes:
        slots: write slots to use at most.
        quota: requests a minute that may be made.
        fixed: a size chosen by hand.
    """

    slots: int
    quota: Callable[[], int]
    fixed: int | None = None
    clock: Callable[[], float] = time.monotonic
    size: int = 0
    _since: float | None = None
    _count: int = 0
    _windows: int = 0
    _rates: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with the largest batches."""
        self.size = min(self.fixed or SIZES[0], self.slots)

    @property
    def lanes(self) -> int:
        """Requests in flight at once."""
        return max(1, self.slots // self.size)

    def landed(self, actions: int, *, busy: bool) -> None:
        """Note that a request has been answered.

        Args:
            actions: how many actions it held.
            busy: whether every lane was full, so that the speed says something.
        """
        now = self.clock()
        if not busy or self._since is None:
            self._since, self._count = now, 0
            return
        self._count += actions
        if now - self._since >= _WINDOW:
            self._judge(self._count / (now - self._since))
            self._since, self._count = now, 0

    def _judge(self, rate: float) -> None:
        if self.fixed is not None:
            return
        self._windows += 1
        if self._windows % _AGAIN == 0:
            self._rates.clear()
        self._rates[self.size] = rate
        if rate >= _ENOUGH * self.quota() / 60:
            return
        untried = [size for size in SIZES if size < self.size and size not in self._rates]
        if untried:
            self.size = untried[0]
        else:
            self.size = max(self._rates, key=lambda size: self._rates[size])
