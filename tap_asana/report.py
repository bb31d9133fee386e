"""What a run tells people: counts per stream, what could not be read, one summary at the end."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from singer_sdk import metrics

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from types import TracebackType

    from singer_sdk.helpers import types

    from tap_asana.api import AsanaError, Client


class StreamCounter(metrics.Counter):
    """Counts the records of a stream through all its parents.

    The SDK makes a counter for each parent and logs a line for each; this one is asked for again
    and again, logs as time passes, and once at the end of the run.
    """

    total = 0

    def increment(self, value: int = 1) -> None:
        """Count records."""
        self.total += value
        super().increment(value)

    def with_context(self, value: types.Context | None) -> None:
        """Leave the context alone: the count is of all parents."""

    def exit(self) -> None:
        """Leave a parent; nothing is said yet."""

    def publish(self) -> None:
        """Say what was counted since the last line."""
        super().exit()


class StreamTimer(metrics.Timer):
    """Adds up the time a stream took, its children's included, through all its parents."""

    total = 0.0

    def with_context(self, value: types.Context | None) -> None:
        """Leave the context alone: the time is of all parents."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Leave a parent; nothing is said yet."""
        self.total += super().elapsed()

    def elapsed(self) -> float:
        """Seconds through all parents."""
        return self.total

    def publish(self) -> None:
        """Say how long it took."""
        super().__exit__(None, None, None)


class Report:
    """What was read in a run and what was not."""

    def __init__(self, logger: logging.Logger) -> None:
        """Begin with nothing."""
        self._logger = logger
        self._counters: dict[str, StreamCounter] = {}
        self._timers: dict[str, StreamTimer] = {}
        self._refused: dict[str, list[str]] = {}

    def counter(self, stream: str) -> StreamCounter:
        """Return the one counter of a stream."""
        tags = {metrics.Tag.STREAM: stream}
        made = StreamCounter(metrics.Metric.RECORD_COUNT, tags)
        return self._counters.setdefault(stream, made)

    def timer(self, stream: str) -> StreamTimer:
        """Return the one timer of a stream."""
        tags = {metrics.Tag.STREAM: stream}
        made = StreamTimer(metrics.Metric.SYNC_DURATION, tags)
        return self._timers.setdefault(stream, made)

    def refused(self, stream: str, problem: AsanaError | str, then: str = "") -> None:
        """Note that part of a stream could not be read; the first time, say so.

        Args:
            stream: Name of the stream.
            problem: What Asana said, in one line.
            then: What becomes of the part that was not read.
        """
        reasons = self._refused.setdefault(stream, [])
        if not reasons:
            told = f"{problem} {then}".strip()
            self._logger.warning("Not all of '%s' is read: %s", stream, told)
        reasons.append(str(problem))

    def missed(self, stream: str, parent: str) -> None:
        """Note for the summary that what hangs on a refused part of another stream is not read."""
        told = f"What hangs on '{parent}' that could not be read."
        reasons = self._refused.setdefault(stream, [])
        if told not in reasons:
            reasons.append(told)

    def publish(self) -> None:
        """Log the metrics of each stream that was read."""
        for name, counter in self._counters.items():
            counter.publish()
            self._timers[name].publish()

    def summarise(self, streams: Iterable[str], client: Client) -> None:
        """Tell what was read: a table on a terminal, elsewhere one line of JSON in the log.

        Args:
            streams: Names of those that were to be read.
            client: Who asked for it.
        """
        rows = {name: self.counter(name).total for name in streams}
        refused = {
            name: f"{reasons[0]} (and {len(reasons) - 1} more)" if reasons[1:] else reasons[0]
            for name, reasons in self._refused.items()
        }
        if sys.stderr.isatty():
            _table(rows, refused, client)
            return
        summary: dict[str, Any] = {
            "records": rows,
            "not_read": refused,
            "requests": dict(client.requests),
            "rejected": client.rejected,
        }
        self._logger.info("SUMMARY: %s", json.dumps(summary))


def _table(rows: dict[str, int], refused: dict[str, str], client: Client) -> None:
    table = Table("stream")
    table.add_column("records", justify="right")
    if refused:
        table.add_column("not read")
    for name in sorted(rows.keys() | refused.keys()):
        count = str(rows[name]) if name in rows else ""
        table.add_row(name, count, *([refused.get(name, "")] if refused else []))
    console = Console(stderr=True)
    console.print(table)
    requests = sum(client.requests.values())
    console.print(f"{requests} requests, {client.rejected} of them met a rate limit.")
