"""One run of the target: from the first message to the report."""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson
from rich.console import Console

from target_asana.baseline import Baseline
from target_asana.dead_letters import write_private
from target_asana.directory import Directory
from target_asana.engine import Engine
from target_asana.journal import Journal
from target_asana.loader import Loader
from target_asana.outcomes import Outcomes
from target_asana.packing import Packing
from target_asana.progress import Progress
from target_asana.records import UNSETTLED
from target_asana.report import CountError, Report, show
from target_asana.resolve import Policy
from target_asana.workspace import find_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_asana.api import Client
    from target_asana.records import Arrival

logger = logging.getLogger("target-asana")

DRAIN = 10_000
"""Changed records after which what is journaled is sent, so that STATE moves on."""
_APPEND = 1_000
"""Records journaled in one transaction."""
_STATE_SECONDS = 1.0
"""Time between two STATE lines, at least."""


@dataclass(slots=True)
class Run:
    """Owns the journal, the client and what happens between them.

    Attributes:
        output: where STATE goes.
    """

    config: Mapping[str, Any]
    client: Client
    output: IO[str] = field(default_factory=lambda: sys.stdout)
    stop: threading.Event = field(default_factory=threading.Event)
    workspace: str = field(init=False)
    journal: Journal = field(init=False)
    outcomes: Outcomes = field(init=False)
    report: Report = field(init=False)
    _loader: Loader = field(init=False)
    _engine: Engine = field(init=False)
    _progress: Progress = field(init=False)
    _arrivals: list[Arrival] = field(default_factory=list)
    _undrained: int = 0
    _state_at: float = 0.0

    def __post_init__(self) -> None:
        """Find the workspace and open its journal.

        Raises:
            JournalInUseError: when another process holds the journal.
            AsanaError: when the token is no good.
            NoWorkspaceError: when there is no such workspace.
        """
        config = self.config
        self.workspace = find_workspace(self.client, str(config["workspace"]))
        state_dir = Path(config.get("state_dir") or ".target-asana")
        name = f"{self.workspace}-{config.get('state_id') or 'default'}.sqlite"
        self.journal = Journal(state_dir / name)
        self.journal.begin(datetime.now(UTC).isoformat(), _config_hash(config))
        self.outcomes = Outcomes(self.journal, self._output_dir)
        self.report = Report(self.outcomes, self.client, self.workspace)
        self._progress = Progress(Console(stderr=True))
        self._loader = self._make_loader()
        self._engine = Engine(
            journal=self.journal,
            client=self.client,
            outcomes=self.outcomes,
            packing=Packing(
                slots=int(config.get("max_concurrent_writes") or 14),
                quota=lambda: self.client.pace.requests_per_minute,
                fixed=config.get("batch_size"),
            ),
            stop=self.stop,
            after_commit=self._after_commit,
        )

    @property
    def _output_dir(self) -> Path:
        return Path(
            self.config.get("output_dir") or self.config.get("state_dir") or ".target-asana"
        )

    def _make_loader(self) -> Loader:
        config = self.config
        return Loader(
            journal=self.journal,
            baseline=Baseline(
                self.journal,
                self.client,
                self.workspace,
                readers=int(config.get("max_concurrent_reads") or 40),
            ),
            directory=Directory(self.client, self.workspace),
            policy=Policy(
                frozenset(config.get("create_missing") or ()),
                config.get("missing_user") or "error",
            ),
            outcomes=self.outcomes,
            first_seq=self.journal.next_seq(),
            default_project=config.get("default_project"),
            default_team=config.get("default_team"),
            dropped=self.report.dropped,
        )

    def whole_file(self) -> None:
        """Note that the input is one whole file, whose rows name each other first."""
        self._loader.file_from = self._loader.first_seq

    def arrive(self, arrival: Arrival) -> None:
        """Take a record in; what is journaled is sent when enough has come."""
        self._arrivals.append(arrival)
        if len(self._arrivals) >= _APPEND:
            self.append()
            if self._undrained >= DRAIN:
                self.drain(final=False)

    def append(self) -> None:
        """Journal what has arrived."""
        arrivals, self._arrivals = self._arrivals, []
        unchanged = self.journal.records.append(arrivals)
        self.outcomes.counts["unchanged"] += unchanged
        self._undrained += len(arrivals) - unchanged
        self._progress.journaled(self.report.input.total())

    def state(self, value: str) -> None:
        """Take a STATE value in; it goes out when everything before it is done."""
        self.append()
        self.journal.add_state(self.journal.next_seq(), value)
        if not self._undrained:
            self._emit_state()

    def drain(self, *, final: bool) -> None:
        """Plan and send what is journaled.

        Args:
            final: the whole input has arrived.
        """
        if final:
            self.journal.records.release_waiting()
        if self._undrained:
            self.client.learn_quota(self.workspace)
        self._engine.run(lambda: self._loader.page(final=final))
        if final and not self.stop.is_set():
            self._untie()
        self._undrained = 0
        self.journal.prune()

    def _untie(self) -> None:
        """Reject operations that wait for one another in a circle."""
        while stuck := self.journal.operations.stuck():
            with self.journal.transaction():
                self.outcomes.circle(stuck[0])
                self.outcomes.flush()

    def _after_commit(self) -> None:
        self._progress.applied(self.outcomes.operations.total(), self.outcomes.counts)
        if time.monotonic() - self._state_at >= _STATE_SECONDS:
            self._emit_state()

    def _emit_state(self) -> None:
        if (value := self.journal.due_state()) is not None:
            self.output.write(value + "\n")
            self.output.flush()
            self._state_at = time.monotonic()

    def finish(self) -> int:
        """Close everything and tell what happened.

        Returns:
            The exit code: 0, 1 when the counts do not add up, 3 when records were rejected, 4
            when nobody knows what became of some.
        """
        self.append()
        self._emit_state()
        self._progress.close()
        self.report.open = self._open()
        self.outcomes.close()
        unknown = self.journal.operations.unknown()
        lines = b"".join(orjson.dumps(operation, default=str) + b"\n" for operation in unknown)
        write_private(self._output_dir / "unknown.jsonl", lines)
        summary = self.report.write(self._output_dir / "report.json")
        show(summary, Console(stderr=True), logger)
        for operation in unknown:
            logger.error(
                "The creation of %s %r (%s) was sent and never answered: look in Asana whether it "
                "exists; it is not sent again.",
                operation["resource"].removesuffix("s"),
                operation["body"].get("name") or operation["body"].get("text"),
                operation["key"],
            )  # fmt: skip
        self.report.check()
        if self.report.open and not self.stop.is_set():
            raise CountError(f"{self.report.open} records were left over: please report this")
        if unknown or self.outcomes.counts["unknown"]:
            return 4
        return 3 if self.outcomes.counts["rejected"] or self.outcomes.counts["unprocessed"] else 0

    def _open(self) -> int:
        """Return how many records have not come to an end."""
        held = self.journal.records.counts()
        return len(self._arrivals) + sum(held[status] for status in UNSETTLED)

    def give_up(self) -> None:
        """Leave a run that cannot go on: with the STATE of what is done, and a report."""
        self._emit_state()
        self.outcomes.close()
        self.report.open = self._open()
        self.report.write(self._output_dir / "report.json")

    def close(self) -> None:
        """Let go of the journal, the files and the connections."""
        self._progress.close()
        self.outcomes.close()
        self.journal.close()
        self.client.close()


def _config_hash(config: Mapping[str, Any]) -> str:
    """Return a hash of the settings that say what is written; no secret is in it."""
    named = ("workspace", "create_missing", "missing_user", "default_project", "default_team")
    said = {name: config.get(name) for name in named}
    return hashlib.blake2b(
        orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS), digest_size=8
    ).hexdigest()
