"""Searching a workspace's tasks, as far behind the truth as the switch says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import flag
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    Test = Callable[[Record], bool]

_STATE = re.compile(r"custom_types\.(\w+)\.custom_type_status_option\.gid")


@route(
    "GET",
    "/workspaces/{workspace_gid}/tasks/search",
    paged=False,
    paid=SEARCH_PAID,
)
def search_tasks(request: Request) -> Listing:
    """Asana's searchTasksForWorkspace: for paid plans, without offsets."""
    workspace = in_path(request, "workspace")
    tests = [test for name, value in request.query.items() if (test := _test(request, name, value))]
    tests += _places(request)
    tasks = request.world.store.by("task", "workspace", workspace["gid"])
    found = [task for task in indexed(request.world, tasks) if all(test(task) for test in tests)]
    return ranked(request, found, _SORTS)


def _test(request: Request, name: str, value: str) -> Test | None:
    """Make of one query parameter what a task must pass; unknown parameters ask nothing."""
    if name == "text":
        word = value.casefold()
        return lambda task: word in f"{task['name']} {task['notes']}".casefold()
    if name == "resource_subtype":
        return lambda task: bool(task["resource_subtype"] == value)
    if name in _FLAGS:
        return _flag_test(request, name, wanted=flag(name, value))
    if asked := _STATE.fullmatch(name):
        return lambda task: (
            task.get("custom_type") == asked[1] and task["custom_type_status_option"] == value
        )
    if name.startswith("custom_fields."):
        return field_test(request.world.store, name, value)
    return _set_test(request, name, value) or time_test(name, value, _MOMENTS, _DAYS)


def _set_test(request: Request, name: str, value: str) -> Test | None:
    field, _, how = name.partition(".")
    if field in PEOPLE and how in {"any", "not"}:
        people = people_named(request, name, value)
        hits = PEOPLE[field]
        return lambda task: bool(people & hits(request.world, task)) == (how == "any")
    if field in _LISTS and how in {"not", "all"}:
        wanted = set(listed(name, value))
        here = _LISTS[field]
        if how == "all":
            return lambda task: wanted <= here(task)
        return lambda task: not wanted & here(task)
    return None


def _places(request: Request) -> list[Test]:
    """Read `projects.any` and its like: projects and sections are a union, tags stand alone."""
    query, tests = request.query, []
    places = set(listed("projects.any", query.get("projects.any", "")))
    places |= set(listed("sections.any", query.get("sections.any", "")))
    if places:
        tests.append(lambda task: bool(places & (_LISTS["projects"](task) | _sections(task))))
    if tags := set(listed("tags.any", query.get("tags.any", ""))):
        tests.append(lambda task: bool(tags & set(task["tags"])))
    if portfolios := listed("portfolios.any", query.get("portfolios.any", "")):
        known = (request.world.store.get("portfolio", gid) for gid in portfolios)
        held = {gid for one in seen(request, filter(None, known)) for gid in one["items"]}
        tests.append(lambda task: not held.isdisjoint(task["projects"]))
    if teams := set(listed("teams.any", query.get("teams.any", ""))):
        store = request.world.store
        tests.append(lambda task: any(store[gid]["team"] in teams for gid in task["projects"]))
    return tests


def _sections(task: Record) -> set[str]:
    return {place["section"] for place in task["memberships"]}


def _flag_test(request: Request, name: str, *, wanted: bool) -> Test:
    world, hits = request.world, _FLAGS[name]
    return lambda task: hits(world, task) == wanted


def _commenters(world: World, task: Record) -> set[str | None]:
    stories = world.store.by("story", "target", task["gid"])
    return {story["created_by"] for story in stories if story["type"] == "comment"}


def _open(world: World, gids: list[str]) -> bool:
    return any(not world.store[gid]["completed"] for gid in gids)


_MOMENTS = {
    f"{name}_at": field_of(f"{name}_at") for name in ("due", "created", "completed", "modified")
}
_DAYS = {
    "due_on": field_of("due_on"),
    "start_on": field_of("start_on"),
    **{f"{name}_on": date_of(f"{name}_at") for name in ("created", "completed", "modified")},
}
PEOPLE: dict[str, Callable[[World, Record], set[str | None]]] = {
    "assignee": lambda _world, task: {task["assignee"]},
    "followers": lambda _world, task: set(task["followers"]),
    "created_by": lambda _world, task: {task["created_by"]},
    "assigned_by": lambda _world, task: {task["assigned_by"]},
    "liked_by": lambda _world, task: {like["user"] for like in task["likes"]},
    "commented_on_by": _commenters,
}
_LISTS: dict[str, Callable[[Record], set[str]]] = {
    "projects": lambda task: set(task["projects"]),
    "sections": _sections,
    "tags": lambda task: set(task["tags"]),
}
_FLAGS: dict[str, Callable[[World, Record], bool]] = {
    "completed": lambda _world, task: bool(task["completed"]),
    "is_subtask": lambda _world, task: task["parent"] is not None,
    "has_attachment": lambda world, task: bool(world.store.by("attachment", "parent", task["gid"])),
    "is_blocking": lambda _world, task: not task["completed"] and bool(task["dependents"]),
    "is_blocked": lambda world, task: not task["completed"] and _open(world, task["dependencies"]),
}
_SORTS: dict[str, Callable[[Record], Any]] = {
    "due_date": field_of("due_on"),
    "created_at": field_of("created_at"),
    "completed_at": field_of("completed_at"),
    "modified_at": field_of("modified_at"),
    "likes": lambda task: len(task["likes"]),
    "relevance": field_of("modified_at"),
}
