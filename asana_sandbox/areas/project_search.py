"""Searching a workspace's projects, as far behind the truth as the switch says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import flag
from asana_sandbox.field_values import portfolios_of
from asana_sandbox.lookup import in_path, listed
from asana_sandbox.routing import Listing, Request, route
from asana_sandbox.search_fields import field_test
from asana_sandbox.searching import (
    SEARCH_PAID,
    date_of,
    field_of,
    indexed,
    people_named,
    ranked,
    time_test,
)
from asana_sandbox.sharing import memberships

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    Test = Callable[[Record], bool]


@route("GET", "/workspaces/{workspace_gid}/projects/search", paged=False, paid=SEARCH_PAID)
def search_projects(request: Request) -> Listing:
    """Asana's searchProjectsForWorkspace: for paid plans, without offsets."""
    workspace = in_path(request, "workspace")
    tests = [test for name, value in request.query.items() if (test := _test(request, name, value))]
    projects = indexed(
        request.world, request.world.store.by("project", "workspace", workspace["gid"])
    )
    found = [project for project in projects if all(test(project) for test in tests)]
    return ranked(request, found, _SORTS)


def _test(request: Request, name: str, value: str) -> Test | None:
    """Make of one query parameter what a project must pass; unknown parameters ask nothing."""
    world = request.world
    if name == "text":
        word = value.casefold()
        return lambda project: word in project["name"].casefold()
    if name == "completed":
        wanted = flag(name, value)
        return lambda project: bool(project["completed"]) == wanted
    if name.startswith("custom_fields."):
        return field_test(world.store, name, value)
    if name in _PEOPLE:
        people, hits = people_named(request, name, value), _PEOPLE[name]
        return lambda project: bool(people & hits(world, project)) != name.endswith(".not")
    if name in _LISTS:
        places, holders = set(listed(name, value)), _LISTS[name]
        return lambda project: bool(places & holders(world, project))
    return time_test(name, value, _MOMENTS, _DAYS)


def _members(world: World, project: Record) -> set[str | None]:
    return {membership["member"] for membership in memberships(world, project)}


def _due_at(project: Record) -> str | None:
    """Give the first moment of the day a project is due, which has no hour of its own (ours)."""
    return f"{project['due_on']}T00:00:00.000Z" if project["due_on"] else None


_PEOPLE: dict[str, Callable[[World, Record], set[str | None]]] = {
    "owner.any": lambda _world, project: {project["owner"]},
    "members.any": _members,
    "members.not": _members,
}
_LISTS: dict[str, Callable[[World, Record], set[str]]] = {
    "teams.any": lambda _world, project: {project["team"]},
    "portfolios.any": lambda world, project: set(portfolios_of(world, project)),
}
_MOMENTS: dict[str, Callable[[Record], Any]] = {
    **{f"{name}_at": field_of(f"{name}_at") for name in ("created", "completed")},
    "due_at": _due_at,
}
_DAYS: dict[str, Callable[[Record], Any]] = {
    **{name: field_of(name) for name in ("due_on", "start_on")},
    **{f"{name}_on": date_of(f"{name}_at") for name in ("created", "completed")},
}
_SORTS: dict[str, Callable[[Record], Any]] = {
    "due_date": field_of("due_on"),
    **{f"{name}_at": field_of(f"{name}_at") for name in ("created", "completed", "modified")},
    "relevance": field_of("modified_at"),
}
