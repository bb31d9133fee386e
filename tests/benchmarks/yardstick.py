"""What a benchmark has measured, and what it was to be."""

from __future__ import annotations

from typing import NamedTuple


class Yardstick(NamedTuple):
    """One line of the table: a ratio whose bound was measured in the same run.

    Attributes:
        what: What is measured.
        aim: What it is to be, as "≥ 0.5".
        measured: What it was, in the unit of the aim.
        holds: Whether the aim is met.
        how: What was measured with what, and the figures behind the ratio.
    """

    what: str
    aim: str
    measured: str
    holds: bool
    how: str
