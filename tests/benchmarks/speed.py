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

from tests.benchmarks.canned import World, served
from tests.benchmarks.yardstick import Yardstick

TURNS = 5
WORLD = World(projects=10, tasks=2_000)
PARENTS = World(projects=2, tasks=1_000, stories=3)


class Taken(NamedTuple):
    """What reading took, as `readers.py` tells it."""

    seconds: float
    processor: float
    megabytes: float


def read(way: str, url: str, world: World, *streams: str) -> Taken:
    """Read a world in one way.

    Raises:
        AssertionError: The tap has not read all of it.
    """
    line = [sys.executable, "-m", "tests.benchmarks.readers", way, url, *streams]
    done = subprocess.run(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True
    )
    for _, told, summary in (each.partition("SUMMARY: ") for each in done.stderr.splitlines()):
        assert not told or json.loads(summary)["records"]["tasks"] == world.records, summary
    return Taken(**json.loads(done.stderr.splitlines()[-1]))


def best(url: str, world: World, *ways: str, turns: int = TURNS) -> dict[str, Taken]:
    """Let the ways take turns and give the quickest of each."""
    found = [{way: read(way, url, world) for way in ways} for _ in range(turns)]
    return {way: min(turn[way] for turn in found) for way in ways}


def per_record() -> Yardstick:
    """Tasks of 4.9 kB a second: ours, of the least loop there is, of the SDK's template."""
    with served(WORLD) as url:
        taken = best(url, WORLD, "tap", "bare", "discard")
        few = best(url, WORLD, "plain", turns=1)
    speed = {way: WORLD.records / each.seconds for way, each in (taken | few).items()}
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


def per_child() -> Yardstick:
    """Processor time for each request of children: ours, and of the least loop with threads."""
    with served(PARENTS) as url:
        found = [
            (
                read("tap", url, PARENTS, "tasks", "stories").processor,
                read("bare_stories", url, PARENTS).processor,
            )
            for _ in range(TURNS)
        ]
    ours, least = map(min, zip(*found, strict=True))
    requests = PARENTS.records
    return Yardstick(
        what="processor time of a run over tasks and the stories of each ÷ a bare requests + orjson"
        " loop with as many threads",
        aim="≤ 1.5",
        measured=f"{ours / least:.2f}",
        holds=ours <= 1.5 * least,
        how=f"{1000 * ours / requests:.1f} ms a request, bare loop {1000 * least / requests:.1f}",
    )


def rows() -> list[Yardstick]:
    """Measure all there is to tell of speed."""
    return [per_record(), per_child()]


def tell(found: list[Yardstick]) -> int:
    """Print what was measured.

    Returns:
        1 where an aim is missed, as the exit code of a command.
    """
    for each in found:
        print(f"{each.what}\n  {each.aim}: {each.measured} ({each.how})")  # noqa: T201 - its figures are what a benchmark is for
    return int(not all(each.holds for each in found))


if __name__ == "__main__":
    sys.exit(tell(rows()))
