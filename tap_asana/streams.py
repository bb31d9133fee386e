"""Which streams there are: one class each, made from the catalogue; written where Asana is odd."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError

from tap_asana.api import RESOURCES
from tap_asana.attachments import Attachments
from tap_asana.base import AsanaStream, Parent
from tap_asana.feeds import AuditLogEvents, Events
from tap_asana.oddities import ProjectTaskCounts, Reactions, UserFavorites
from tap_asana.organization_exports import OrganizationExports
from tap_asana.portfolios import Portfolios
from tap_asana.tasks import Tasks
from tap_asana.time_tracking import TimeTrackingEntries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_asana.api import Listing, Resource, Table
    from tap_asana.base import Item, Record
    from tap_asana.read_ahead import Page


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
    "portfolios": Portfolios,
    "organization_exports": OrganizationExports,
    "time_tracking_entries": TimeTrackingEntries,
    "project_task_counts": ProjectTaskCounts,
    "user_favorites": UserFavorites,
    "reactions": Reactions,
    "audit_log_events": AuditLogEvents,
    "events": Events,
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
