"""Which streams there are: one class each, made from the catalogue; written where Asana is odd."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_asana.api import RESOURCES, AsanaError
from tap_asana.attachments import Attachments
from tap_asana.base import AsanaStream, Parent
from tap_asana.bookmark import Bookmark, Finished, order
from tap_asana.changes import TaskWalk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_asana.api import Listing, Resource, Table
    from tap_asana.base import Item, Record
    from tap_asana.bookmark import Source
    from tap_asana.read_ahead import Page
    from tap_asana.tap import TapAsana


class Workspaces(AsanaStream):
    """The root: the workspaces the settings name, or all that the token sees."""

    # Each with its children on its own: plans differ from one workspace to the other.
    group_size = 1

    def records(self, context: Context) -> Iterator[Item]:  # noqa: ARG002 - the root has none
        """Give the workspaces, once it is known how fast their token may ask."""
        path, params = self.resource.listing()
        found = list(self.tap.client.list(path, {**params, "opt_fields": self.fields}))
        wanted = self.config.get("workspaces") or [record["gid"] for record in found]
        unknown = sorted(set(wanted) - {record["gid"] for record in found})
        if unknown:
            seen = ", ".join(record["gid"] for record in found) or "none"
            problem = f"workspaces: {', '.join(unknown)} is none of those the token sees ({seen})."
            raise ConfigValidationError(problem, errors=[problem], schema={})
        if wanted and self.has_selected_descendents:
            self.tap.client.learn_quota(wanted[0])
        yield from (record for record in found if record["gid"] in wanted)

    def workspace_of(self, leader: Record, context: Context) -> str:  # noqa: ARG002 - as above
        """Return the workspace's own gid."""
        return str(leader["gid"])


class Teams(AsanaStream):
    """The teams of organizations; a plain workspace has none, and is not asked.

    Source: Asana's OpenAPI, tag Teams.
    """

    needs = frozenset({"is_organization"})

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin with an organization's teams."""
        self.tap.choice.seek_teams()
        return (
            super().begin(parent, workspace) if parent["is_organization"] else Parent(parent, None)
        )

    def is_wanted(self, record: Record) -> bool:
        """Take the teams the settings name."""
        return self.tap.choice.has_team(record)


class Projects(AsanaStream):
    """The projects of a workspace, archived ones too."""

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [self.tap.choice.needs])

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin to list the projects of a workspace."""
        self.tap.choice.seek_projects()
        return super().begin(parent, workspace)

    def is_wanted(self, record: Record) -> bool:
        """Take the projects the settings name, and those of the teams they name."""
        return self.tap.choice.has_project(record)


class UserTaskLists(AsanaStream):
    """The My Tasks list of each user in a workspace, which the user's membership shows whole.

    So they cost no request each. Source: Asana's OpenAPI, getWorkspaceMembershipsForWorkspace.
    """

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:  # noqa: ARG002 - the same
        """List the memberships of the workspace and take the lists out of them (in a worker)."""
        name, shown = self.resource.shown_by.split(".")
        path, _ = RESOURCES[name].listing(workspaces=workspace)
        fields = ",".join(f"{shown}.{field}" for field in self.fields.split(","))
        for page in self.tap.client.pages(path, {"opt_fields": fields}):
            yield [record[shown] for record in page if record[shown]]


class Tasks(AsanaStream):
    """The tasks of a workspace, subtasks of every depth among them, each once.

    Not among them is a task that has no project, no assignee and no parent: see `TaskWalk`.
    """

    replication_key = "modified_at"

    def __init__(self, tap: TapAsana) -> None:
        """Set up; the walk moves the bookmark."""
        super().__init__(tap)
        self._after_batches: list[Callable[[], None]] = []

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [frozenset({"num_subtasks", "modified_at"})])

    def begin(self, parent: Record, workspace: str) -> Parent:  # noqa: ARG002 - see `records`
        """Begin with nothing: what to list follows from the projects and the bookmark."""
        return Parent(parent, None)

    def records(self, context: Context) -> Iterator[Item]:
        """Walk the workspace; the bookmark moves when what is before it is out."""
        workspace = context["workspace"]
        client, choice = self.tap.client, self.tap.choice
        now = client.server_time()
        try:
            projects = self._projects(workspace)
        except AsanaError as error:
            self.refused(error)
            return
        bookmark = Bookmark(
            self.stream_state.setdefault("workspaces", {}) if self._is_incremental else {},
            workspace,
            now=now,
            floor=self.tap.start_date if self._is_incremental else None,
            chosen=[project["gid"] for project in projects] if choice.is_partial else None,
        )
        self.logger.info("Tasks of workspace %s: %s", workspace, bookmark)
        walk = TaskWalk(
            client=client,
            ahead=self.tap.ahead,
            workspace=workspace,
            fields=self.fields,
            bookmark=bookmark,
            refused=partial(self.refused, then="Each run tries again, from where it was left."),
        )
        is_news = False
        for item in walk.items(self._sources(workspace, projects, bookmark)):
            if isinstance(item, Finished):
                yield partial(self._when_out, partial(self._finish, bookmark, item, tell=is_news))
                is_news = False
            else:
                is_news = True
                yield item
        yield partial(self._when_out, bookmark.complete)

    @property
    def _is_incremental(self) -> bool:
        return self.replication_method == REPLICATION_INCREMENTAL

    def _projects(self, workspace: str) -> list[Record]:
        choice = self.tap.choice
        choice.seek_projects()
        fields = ",".join(["created_at", *(f"{name}.gid" for name in choice.needs)])
        path, params = RESOURCES["projects"].listing(workspaces=workspace)
        listed = self.tap.client.list(path, {**params, "opt_fields": fields})
        return sorted(filter(choice.has_project, listed), key=lambda record: order(record["gid"]))

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

    def _when_out(self, action: Callable[[], None]) -> None:
        """Move the state now that the records before it are out.

        With BATCH messages they are only in a file that no message has named yet: then at the end.
        """
        if self.get_batch_config(self.config):
            self._after_batches.append(action)
        else:
            action()

    def _finish(self, bookmark: Bookmark, finished: Finished, *, tell: bool) -> None:
        bookmark.finish(finished)
        if tell:
            self.tap.state_writer.write_state(self.tap_state)

    def finalize_state_progress_markers(self, state: dict[str, Any] | None = None) -> None:
        """Move what waited for the BATCH messages, then do as ever."""
        for action in self._after_batches:
            action()
        self._after_batches.clear()
        super().finalize_state_progress_markers(state)

    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Set no signpost of the SDK's: the bookmark is the start of the walk anyway."""

    # Two private hooks: the SDK moves a bookmark with each record, and shows the one it begins
    # from. Tasks come in the order of their projects, so the newest one seen says nothing about
    # what is still to come; the walk keeps its own bookmark, one for each workspace.

    def _increment_stream_state(
        self, latest_record: Record, *, context: Context | None = None
    ) -> None:
        pass

    def _write_starting_replication_value(self, context: Context | None) -> None:
        pass


class TaskTable(AsanaStream):
    """A table of relations, read off the tasks without a request."""

    table: ClassVar[Table]

    def begin(self, parent: Record, workspace: str) -> Parent:  # noqa: ARG002 - nothing to ask
        """Begin with nothing: the record holds all."""
        return Parent(parent, None)

    def records(self, context: Context) -> Iterator[Item]:
        """Give the rows of each task."""
        for task, _ in context["parents"][type(self)]:
            yield from self.table.rows(task)


WRITTEN: dict[str, type[AsanaStream]] = {
    "workspaces": Workspaces,
    "teams": Teams,
    "projects": Projects,
    "user_task_lists": UserTaskLists,
    "tasks": Tasks,
    "attachments": Attachments,
}
"""The streams that are more than a listing."""

UNUSUAL_PARENTS = {"user_task_lists": "workspaces", "tasks": "workspaces"}
"""Parents of streams that find themselves what their listing takes a gid of."""


def stream_classes() -> list[type[AsanaStream]]:
    """Make the classes of all streams, parents before their children.

    Stories hang on tasks and on goals, but the SDK knows one parent for a class. So a stream has
    as many classes of its name as it has listings, and as the parents of those have classes: a
    child is synced through its parent, whatever it is called.
    """
    made: dict[str, list[type[AsanaStream]]] = {}
    for name, resource in RESOURCES.items():
        facts: dict[str, Any] = {"columns": resource.schema(), "key": resource.key}
        for listing in resource.listings:
            parent = UNUSUAL_PARENTS.get(name, listing.parent)
            needs = _needs(listing, parent)
            own = {"resource": resource, "listing": listing, "needs": needs, **facts}
            for above in made[parent] if parent else [None]:
                base = WRITTEN.get(name, AsanaStream)
                made.setdefault(name, []).append(_class(name, base, parent, above, **own))
        for table_name, table in resource.tables.items():
            own = {"columns": _columns(resource, table), "key": table.key, "needs": table.fields}
            made[table_name] = [
                _class(table_name, TaskTable, name, above, **own, table=table, resource=resource)
                for above in made[name]
            ]
    return list(chain.from_iterable(made.values()))


def _class(
    name: str,
    base: type[AsanaStream],
    parent: str,
    above: type[AsanaStream] | None,
    **facts: Any,
) -> type[AsanaStream]:
    title = "".join(word.title() for word in name.split("_"))
    title += f"Of{above.__name__}" if above else ""
    facts["needs"] |= base.needs
    facts |= {"name": name, "parent": parent, "parent_stream_type": above}
    return type(title, (base,), {"__module__": __name__, "__doc__": base.__doc__, **facts})


def _needs(listing: Listing, parent: str) -> frozenset[str]:
    """Return the field of the parent that the listing names it by, where that is not its gid."""
    field = listing.places.get(parent, "gid").partition(".")[0]
    return frozenset({field} - {"gid"})


def _columns(resource: Resource, table: Table) -> dict[str, Any]:
    """Return the JSON schema of a table: its columns are fields of the resource, at any depth."""
    schema = resource.schema()
    columns = {column: _inside(schema, path) for column, path in table.columns.items()}
    columns |= {column: {"type": "string"} for column in table.key}
    return {
        "type": "object",
        "properties": columns,
        "required": list(table.key),
        "additionalProperties": True,
    }


def _inside(schema: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the JSON schema of what a dotted path leads to."""
    for step in path.split("."):
        schema = schema.get("items", schema)["properties"][step]
    return schema
