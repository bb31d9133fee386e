"""What a run did: one JSON file, and a table for people."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from rich.table import Table

from target_asana.dead_letters import write_private

if TYPE_CHECKING:
    import logging
    from pathlib import Path

    from rich.console import Console

    from tap_asana.api import Client
    from target_asana.outcomes import Outcomes

ENDS = ("applied", "unchanged", "skipped", "rejected", "unprocessed", "unknown")
"""Every record of the input comes to one of these."""

_EXAMPLES = 20
"""Causes of rejection told in full; the rest is in the dead letters."""


class CountError(AssertionError):
    """The ends of the records do not add up to the input: a defect of this program."""


class Report:
    """Counts of one run, from what really happened."""

    def __init__(self, outcomes: Outcomes, client: Client, workspace: str) -> None:
        self.outcomes = outcomes
        self.client = client
        self.workspace = workspace
        self.input: Counter[str] = Counter()
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.open = 0
        self._started = time.monotonic()

    def summary(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        outcomes = self.outcomes
        kinds: Counter[str] = Counter()
        for request, count in self.client.requests.items():
            kinds["read" if request.startswith("GET ") else "write"] += count
        kinds["batch"] = self.client.requests["POST /batch"]
        kinds["write"] -= kinds["batch"]
        return {
            "run": outcomes.journal.run,
            "workspace": self.workspace,
            "seconds": round(time.monotonic() - self._started, 3),
            "input": dict(self.input),
            "records": {"input": self.input.total()}
            | {end: outcomes.counts[end] for end in ENDS}
            | ({"not finished": self.open} if self.open else {}),
            "skipped": dict(outcomes.skipped),
            "operations": {
                f"{resource} {verb}": count
                for (resource, verb), count in sorted(outcomes.operations.items())
            },
            "rejected": [
                {"class": kind, "field": field, "message": message, "records": count}
                for (kind, field, message), count in outcomes.causes.most_common(_EXAMPLES)
            ],
            "dropped": {
                f"{stream}.{name}": n for (stream, name), n in sorted(self.dropped.items())
            },
            "requests": {kind: kinds[kind] for kind in ("read", "write", "batch")},
            "actions in batches": self.client.actions.total(),
            "requests by kind": dict(sorted(self.client.requests.items())),
            "rate limited": self.client.rejected,
            "files": outcomes.files,
        }

    def check(self) -> None:
        """Assert that every record of the input has come to one end.

        Raises:
            CountError: when the counts do not add up.
        """
        ended = sum(self.outcomes.counts[end] for end in ENDS) + self.open
        if ended != self.input.total():
            raise CountError(
                f"{self.input.total()} records came in, {ended} are accounted for: "
                f"please report this as a defect"
            )

    def write(self, path: Path) -> dict[str, Any]:
        """Write the summary as a JSON file and return it."""
        summary = self.summary()
        write_private(path, orjson.dumps(summary, option=orjson.OPT_INDENT_2) + b"\n")
        return summary


def show(summary: dict[str, Any], console: Console, logger: logging.Logger) -> None:
    """Tell people: a table on a terminal, one line in a log."""
    if not console.is_terminal:
        logger.info(
            "Done: %s",
            orjson.dumps(
                {k: summary[k] for k in ("records", "operations", "requests", "rejected")}
            ).decode(),
        )
        return
    table = Table(title=f"target-asana, workspace {summary['workspace']}", title_justify="left")
    table.add_column("records")
    table.add_column("", justify="right")
    for end, count in summary["records"].items():
        table.add_row(end, f"{count:,}", style="red" if end == "rejected" and count else None)
    table.add_section()
    for operation, count in summary["operations"].items():
        table.add_row(operation, f"{count:,}")
    table.add_section()
    for kind, count in summary["requests"].items():
        table.add_row(f"requests: {kind}", f"{count:,}")
    console.print(table)
    for cause in summary["rejected"][:5]:
        text = f"{cause['records']:,} x {cause['class']}: {cause['message']}"
        console.print(text, markup=False, highlight=False)
    if summary["rejected"]:
        console.print(f"Not written: {summary['files']['rejected']}")
