"""Which reading operations of Asana's the tap makes use of: all of them, one way or the other.

`python -m tests.reading_operations` holds Asana's table of operations against what the tap really
asked of the sandboxes during the last session of tests, and against what the catalogue says it
need not ask, because a stream brings the same. It ends with 1 while one is missing.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from tap_asana.api import RESOURCES
from tests.conftest import LOGS
from tests.openapi import shape_of
from tests.operations import ABSENT, TABLE, of_the_tap


def called() -> set[str]:
    """The shapes of the paths that the tap got an answer from."""
    found = set()
    for log in LOGS.glob("*.jsonl"):
        for line in log.read_text("utf-8").splitlines():
            entry = json.loads(line)
            method, _, template = entry["operation"].partition(" ")
            is_good = method == "GET" and entry["status"] == 200
            if is_good and entry["agent"].startswith("tap-asana/"):
                found.add(shape_of(template))
    return found


def covered() -> dict[str, str]:
    """The streams that bring what needs no asking for, by the shape of the path."""
    return {
        shape_of(path): resource.name
        for resource in RESOURCES.values()
        for paths in resource.covers
        for path in paths.split()
    }


def report() -> tuple[str, bool]:
    """Tell how each operation is served, and whether all are."""
    asked, told = called(), covered()
    lines, served = [], Counter[str]()
    for path in sorted(of_the_tap()):
        shape = shape_of(path)
        how = "called" if shape in asked else f"by {told[shape]}" if shape in told else "MISSING"
        served[how.partition(" ")[0]] += 1
        lines.append(f"{how:<30} GET {path}")
    good = served["called"] + served["by"]
    lines.append(
        f"{good} of {served.total()} reading operations: {served['called']} called, "
        f"{served['by']} covered by a stream that brings the same."
    )
    return "\n".join(lines), good == served.total()


if __name__ == "__main__":
    text, is_whole = report() if TABLE.exists() else (ABSENT, True)
    print(text)  # noqa: T201 - its figures are what a report is for
    sys.exit(not is_whole)
