"""How much memory a run takes, and that it hardly grows with what there is to read.

Run `python -m tests.benchmarks.memory`; it takes some minutes.
"""

from __future__ import annotations

import sys

from tests.benchmarks.canned import World, served
from tests.benchmarks.speed import read, tell
from tests.benchmarks.yardstick import Yardstick

MILLION = World(projects=200, tasks=4_000, parents=5, subtasks=5)
TENTH = MILLION._replace(projects=20)
LARGEST = 250
"""Megabytes."""
FLAT = 1.5
"""What ten times as many tasks may at most multiply the memory with."""


def rows() -> list[Yardstick]:
    """Measure the largest memory that reading all tasks takes."""
    taken = {}
    for world in (TENTH, MILLION):
        with served(world) as url:
            taken[world] = read("tap", url, world)
    few, many = taken[TENTH].megabytes, taken[MILLION].megabytes
    return [
        Yardstick(
            what="peak memory, 1,000,000 tasks",
            aim="flat, ≤ 250 MB",
            measured=f"{many:.0f} MB",
            holds=many <= LARGEST and many <= FLAT * few,
            how=f"resident, a fifth of the tasks being subtasks; {few:.0f} MB for 100,000 tasks",
        )
    ]


if __name__ == "__main__":
    sys.exit(tell(rows()))
