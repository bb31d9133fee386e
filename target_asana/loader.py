"""From journaled records to journaled operations: mapping, differences, references, in pages."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from target_asana import mapping, rows
from target_asana.dependencies import Graph
from target_asana.plan import cell_of, plan
from target_asana.records import Key
from target_asana.resolve import Policy, Resolver
from target_asana.steps import Steps
from target_asana.wanted import (
    BlockedError,
    NotYetError,
    RefusedError,
    UnknownError,
    Wanted,
    digest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from target_asana.baseline import Baseline
    from target_asana.directory import Directory
    from target_asana.identities import Known
    from target_asana.journal import Journal
    from target_asana.outcomes import Outcomes
    from target_asana.records import Record

PAGE = 500
"""Records planned in one transaction."""


@dataclass(slots=True)
class Loader:
    """Plans journaled records, a page at a time.

    Attributes:
        first_seq: where the input of this run begins.
        file_from: the same where the input is a whole file, else 0.
        default_project: name of the project of rows that name neither project nor parent.
        dropped: how often each field could not be written, by stream and field.
    """

    journal: Journal
    baseline: Baseline
    directory: Directory
    policy: Policy
    outcomes: Outcomes
    first_seq: int
    file_from: int = 0
    default_project: str | None = None
    default_team: str | None = None
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    _waited: int = 0

    def page(self, *, final: bool) -> bool:
        """Plan the next page; return whether there was one.

        Args:
            final: the whole input is journaled, so a reference that is still open stays open.
        """
        records = self.journal.records.page("new", PAGE)
        if not records and final:
            return self._again()
        self._read_ahead(records)
        with self.journal.transaction():
            for record in records:
                self._record(record, final=final)
            self.outcomes.flush()
        return bool(records)

    def _again(self) -> bool:
        """Look again at what waited for the record of its container to be planned."""
        waiting, self._waited = self._waited, self.journal.records.counts()["waiting"]
        return waiting != self._waited and bool(self.journal.records.release_waiting())

    def _read_ahead(self, records: Iterable[Record]) -> None:
        """Read what Asana holds of objects that this page meets for the first time."""
        first_met: list[Wanted] = []
        for record in records:
            if record.key.resource in mapping.WRITTEN and record.shape == "tap":
                with suppress(RefusedError):
                    wanted = self._wanted(record)
                    home = self._home(record.key.ns) == self.directory.workspace
                    known = self.journal.identities.find(record.key)
                    if (wanted.address or (wanted.address is None and home)) and not (
                        known and known.fields
                    ):
                        first_met.append(wanted)
        if first_met:
            self.baseline.read_ahead(first_met)

    def _record(self, record: Record, *, final: bool) -> None:
        if self._is_overtaken(record):
            self.outcomes.overtaken(record)
            return
        db = self.journal.db
        db.execute("SAVEPOINT record")
        try:
            planned = self._plan(record, final=final)
        except NotYetError:
            db.execute("ROLLBACK TO record")
            self.journal.records.set_status(record.seq, "waiting")
        except RefusedError as refusal:
            db.execute("ROLLBACK TO record")
            self.outcomes.refused(record, refusal)
        except UnknownError:
            db.execute("ROLLBACK TO record")
            self.outcomes.unknown(record)
        except BlockedError as blocked:
            db.execute("ROLLBACK TO record")
            self.outcomes.blocked(record, str(blocked), unknown=blocked.unknown)
        else:
            if planned:
                self.journal.records.set_status(record.seq, "planned")
            else:
                self.outcomes.unchanged(record)
        db.execute("RELEASE record")

    def _is_overtaken(self, record: Record) -> bool:
        """Whether a later record of the same thing says all that this one says."""
        later = self.journal.records.later(record)
        return later is not None and (
            orjson.loads(record.payload).keys() <= orjson.loads(later).keys()
        )

    def _plan(self, record: Record, *, final: bool) -> int:
        """Journal the operations of a record; return how many."""
        if self.journal.records.is_unplanned(record.key, before=record.seq):
            raise NotYetError
        wanted = self._wanted(record)
        steps = Steps(self.journal, self.directory.workspace, self.default_team)
        resolver = Resolver(
            self.journal, self.directory, self.policy, record, record.key.ns,
            self.first_seq, self.file_from, final, steps.make,
        )  # fmt: skip
        known = self._known(wanted, resolver)
        self._cells(wanted, known, record, resolver)
        graph = Graph(self.journal)
        count = steps.plan(plan(wanted, known), wanted, known, resolver, graph)
        for name in wanted.dropped:
            self.dropped[record.stream, name] += 1
        return count

    def _wanted(self, record: Record) -> Wanted:
        content = orjson.loads(record.payload)
        if record.shape == "row":
            return rows.row_task(record.key, content, default_project=self.default_project)
        return mapping.tap_record(
            record.key,
            content,
            workspace=self.directory.workspace,
            home=self._home(record.key.ns),
        )

    def _home(self, ns: str) -> str | None:
        """Return the workspace that records come from, where their stream of workspaces says it."""
        homes = self.journal.identities.remembered(ns, "workspaces")
        return homes[0] if len(homes) == 1 else None

    def _known(self, wanted: Wanted, resolver: Resolver) -> Known:
        known = self.journal.identities.get(wanted.key)
        if wanted.key.resource in mapping.TABLES and wanted.container is not None:
            task = Key(wanted.key.ns, wanted.container.resource, str(wanted.container.key))
            if self.journal.records.is_unplanned(task):
                raise NotYetError
            known.creating = True
            return known
        if why := self.journal.operations.unknown_creation(known.id):
            raise UnknownError(why)
        address = wanted.address
        if address is None and wanted.container is not None:
            container = resolver.identity(wanted.container)
            if not container.exists:
                raise NotYetError
            address = container.gid == container.key.key and not container.owned
        if address and not known.fields:
            self.baseline.take(wanted, known)
            known = self.journal.identities.get(wanted.key)
        if wanted.key.resource == "tags" and not known.exists:
            self._adopt_tag(wanted, known)
        return known

    def _adopt_tag(self, wanted: Wanted, known: Known) -> None:
        """Take the workspace's tag of the same name, where it has one: a tag is its name."""
        gids = self.directory.tags_named(str(wanted.fields.get("name")))
        if len(gids) == 1 and self.journal.identities.key_of(gids[0]) is None:
            self.journal.identities.adopt(known.id, gids[0])
            known.gid = gids[0]

    def _cells(self, wanted: Wanted, known: Known, record: Record, resolver: Resolver) -> None:
        """Tell apart the names in cells; a cell that has not changed keeps its meaning."""
        for link, cell in wanted.cells.items():
            if link == "memberships":
                row = orjson.loads(record.payload)
                wanted.links[link] = rows.memberships(row, self._is_project)
            elif known.fields.get(cell_of(link)) != digest(cell):
                if "," in cell and not resolver.final:
                    raise NotYetError
                wanted.links[link] = rows.neighbours(cell, link, self._is_row(record))

    def _is_project(self, name: str) -> bool:
        known = self.journal.identities.find(Key("name", "projects", name))
        return known is not None or bool(self.directory.projects_named(name))

    def _is_row(self, record: Record) -> Callable[[str], bool]:
        def known(name: str) -> bool:
            rows_named = self.journal.records.sightings(record.key.ns, name)
            return any(row.key != record.key.key for row in rows_named)

        return known
