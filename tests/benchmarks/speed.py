"""How fast the process itself is: what it costs beyond what any reader would have to do.

Run `python -m tests.benchmarks.speed`. The answers are ready-made (`canned.py`) and take no time;
each way of reading them (`readers.py`) is a process of its own, and they take turns, so that what
else the machine does befalls all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

from tests.benchmarks.canned import served
from tests.benchmarks.yardstick import Yardstick

TURNS = 5
PROJECTS, TASKS = 10, 2_000


class Taken(NamedTuple):
    """What reading took, as `readers.py` tells it."""

    seconds: float
    processor: float
    megabytes: float


def read(way: str, url: str, *streams: str) -> Taken:
    """Read everything in one way."""
    line = [sys.executable, "-m", "tests.benchmarks.readers", way, url, *streams]
    done = subprocess.run(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True
    )
    return Taken(**json.loads(done.stderr.splitlines()[-1]))


def best(url: str, *ways: str, turns: int = TURNS) -> dict[str, Taken]:
    """Let the ways take turns and give the quickest of each."""
    found = [{way: read(way, url) for way in ways} for _ in range(turns)]
    return {way: min(turn[way] for turn in found) for way in ways}


def per_record() -> Yardstick:
    """Tasks of 4.5 kB a second: ours, of the least loop there is, of the SDK's template."""
    with served(PROJECTS, TASKS) as url:
        taken = best(url, "tap", "bare", "discard")
        few = best(url, "plain", turns=1)
    speed = {way: PROJECTS * TASKS / each.seconds for way, each in (taken | few).items()}
    ratio = speed["tap"] / speed["bare"]
    return Yardstick(
        what="tap records/s at zero latency ÷ a bare requests + orjson loop writing the same lines",
        aim="≥ 0.5",
        measured=f"{ratio:.2f}",
        holds=ratio >= 0.5 and speed["discard"] > 2 * speed["bare"],
        how=f"tap {speed['tap']:,.0f}/s, bare loop {speed['bare']:,.0f}/s, plain SDK stream"
        f" {speed['plain']:,.0f}/s ({speed['plain'] / speed['bare']:.3f}); the server can do"
        f" {speed['discard']:,.0f}/s",
    )


def rows() -> list[Yardstick]:
    """Measure all there is to tell of speed."""
    return [per_record()]


def main() -> int:
    """Print what was measured; 1 where an aim is missed."""
    found = rows()
    for each in found:
        print(f"{each.what}\n  {each.aim}: {each.measured} ({each.how})")  # noqa: T201 - its figures are what a benchmark is for
    return int(not all(each.holds for each in found))


if __name__ == "__main__":
    sys.exit(main())
