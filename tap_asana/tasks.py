"""The stream of tasks: walked through the API, or read from an export that Asana makes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from tap_asana.api import (
    RESOURCES,
    AsanaError,
    BadRequest,
    Forbidden,
    NotFound,
    PlanLimit,
    RateLimited,
)
from tap_asana.base import Laden, Parent
from tap_asana.bookmark import Bookmark, Finished, before, order
from tap_asana.changes import TaskWalk
from tap_asana.export_file import ExportFault
from tap_asana.exports import TaskExport, part_of
from tap_asana.own_state import OwnState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from singer_sdk.helpers.types import Context

    from tap_asana.base import AsanaStream, Item, Record
    from tap_asana.bookmark import Source
    from tap_asana.read_ahead import Page
    from tap_asana.tap import TapAsana

_BROUGHT = ("stories", "attachments")
"""Child streams that the tasks of an export bring along."""
_LACKING = {"attachments": "view_url"}
"""Fields that exports leave out (Asana's OpenAPI, createResourceExport)."""
_NO_EXPORT = (PlanLimit, Forbidden, NotFound, BadRequest, RateLimited, ExportFault)
"""What keeps a token from exporting: its plan, its rights, five jobs under way, two failures."""
_NOTED = 1000
"""Tasks of an export after which the state takes down that they are out."""


class Tasks(OwnState):
    """The tasks of a workspace, subtasks of every depth among them, each once.

    Not among them is a task that has no project, no assignee and no parent: see `TaskWalk`.
    """

    replication_key = "modified_at"

    def __init__(self, tap: TapAsana) -> None:
        """Set up; nobody was told yet that there is no export."""
        super().__init__(tap)
        self._told = False

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [frozenset({"num_subtasks", "modified_at"})])

    def begin(self, parent: Record, workspace: str) -> Parent:  # noqa: ARG002 - see `records`
        """Begin with nothing: what to list follows from the projects and the bookmark."""
        return Parent(parent, None)

    def records(self, context: Context) -> Iterator[Item]:
        """Read a workspace; the bookmark moves when what is before it is out."""
        workspace, choice = context["workspace"], self.tap.choice
        now = self.tap.client.server_time()
        is_test = self.ABORT_AT_RECORD_COUNT is not None
        if self.config["tasks_source"] == "export" and not (choice.is_partial or is_test):
            bookmark = self._bookmark(workspace, now)
            export = self._export(workspace, bookmark)
            if self._is_ready(export):
                yield from self._exported(export, bookmark)
                return
        try:
            projects = self._projects(workspace)
        except AsanaError as error:
            self.refused(error)
            return
        chosen = [project["gid"] for project in projects] if choice.is_partial else None
        yield from self._walked(workspace, projects, self._bookmark(workspace, now, chosen))

    def _bookmark(self, workspace: str, now: datetime, chosen: list[str] | None = None) -> Bookmark:
        bookmark = Bookmark(
            self.places,
            workspace,
            now=now,
            floor=self.tap.start_date if self.is_incremental else None,
            chosen=chosen,
            refresh=timedelta(days=self.config["stories_full_refresh_days"]) or None,
        )
        self.logger.info("Tasks of workspace %s: %s", workspace, bookmark)
        return bookmark

    def _walked(self, workspace: str, projects: list[Record], bookmark: Bookmark) -> Iterator[Item]:
        """Walk the lists of a workspace."""
        walk = TaskWalk(
            client=self.tap.client,
            ahead=self.tap.ahead,
            workspace=workspace,
            fields=self.fields,
            bookmark=bookmark,
            refused=partial(self.refused, then="Each run tries again, from where it was left."),
        )
        is_news = False
        for item in walk.items(self._sources(workspace, projects, bookmark)):
            if isinstance(item, Finished):
                yield partial(self.when_out, partial(self._finish, bookmark, item, tell=is_news))
                is_news = False
            else:
                is_news = True
                yield item
        yield partial(self.when_out, bookmark.complete)

    def _export(self, workspace: str, bookmark: Bookmark) -> TaskExport:
        """Describe the export that this run is to have, or to go on with."""
        since = bookmark.earliest
        return TaskExport(
            self.tap.client,
            self.stream_state.setdefault("exports", {}),
            workspace,
            part=part_of(self._export_fields(), before(since) if since else None),
            started=bookmark.started,
        )

    def _is_ready(self, export: TaskExport) -> bool:
        """Wait for an export; where there can be none, say once that the API is read."""
        try:
            export.ready(lambda: self.tap.state_writer.write_state(self.tap_state))
        except _NO_EXPORT as error:
            if not self._told:
                self.logger.warning("Tasks are read from the API, not from an export: %s", error)
            self._told = True
            return False
        return True

    def _export_fields(self) -> Iterator[str]:
        """Give the fields of tasks, and of what they are to bring along."""
        yield from self.fields.split(",")
        for child in self._brought:
            fields = ["gid"] if _lacks(child) else child.fields.split(",")
            yield from (f"{child.name}.{field}" for field in fields)

    @property
    def _brought(self) -> list[AsanaStream]:
        return [child for child in self.active_children if child.name in _BROUGHT]

    def _exported(self, export: TaskExport, bookmark: Bookmark) -> Iterator[Item]:
        """Read an export; what it does not hold is asked for, unless it says that there is none."""
        since = bookmark.earliest or ""
        lacks = {child.name: _lacks(child) for child in self._brought}
        for count, task in enumerate(export.records(), 1):
            brought: dict[str, Page] = {name: task.pop(name) for name in lacks if name in task}
            whole = {name: page for name, page in brought.items() if not (page and lacks[name])}
            if task["modified_at"] >= since:
                yield Laden(task, whole)
            if not count % _NOTED:
                yield partial(self.when_out, partial(self._note, export))
        yield partial(self.when_out, partial(self._end, export, bookmark))

    def _note(self, export: TaskExport) -> None:
        export.note(_NOTED)
        self.tap.state_writer.write_state(self.tap_state)

    def _end(self, export: TaskExport, bookmark: Bookmark) -> None:
        export.forget()
        bookmark.complete_at(export.started)

    def _projects(self, workspace: str) -> list[Record]:
        found = self.tap.choice.projects(self.tap.client, workspace, "created_at")
        return sorted(found, key=lambda record: order(record["gid"]))

    def _sources(
        self, workspace: str, projects: list[Record], bookmark: Bookmark
    ) -> Iterator[Source]:
        """Give what is to be listed, and is not behind a walk that is gone on with."""
        for project in projects:
            if not bookmark.is_done("projects", project["gid"]):
                yield bookmark.source("projects", project["gid"], project["created_at"])
        if self.tap.choice.is_partial:
            return
        path, params = RESOURCES["users"].listing(workspaces=workspace)
        try:
            users = list(self.tap.client.list(path, {**params, "opt_fields": "gid"}))
        except AsanaError as error:
            self.refused(error, "Tasks that no project holds are left out.")
            bookmark.miss_users()
            return
        for gid in sorted((user["gid"] for user in users), key=order):
            if not bookmark.is_done("users", gid):
                yield bookmark.source("users", gid)

    def _finish(self, bookmark: Bookmark, finished: Finished, *, tell: bool) -> None:
        bookmark.finish(finished)
        if tell:
            self.tap.state_writer.write_state(self.tap_state)


def _lacks(child: AsanaStream) -> bool:
    """Tell whether records of a child stream would not be whole in an export."""
    return _LACKING.get(child.name) in child.fields.split(",")
