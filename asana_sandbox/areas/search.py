"""Searching a workspace's tasks, as far behind the truth as the switch says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import day, flag, moment
from asana_sandbox.clock import stamp
from asana_sandbox.errors import not_allowed
from asana_sandbox.lookup import in_path, listed
from asana_sandbox.routing import Listing, Request, route
from asana_sandbox.search_fields import field_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    Test = Callable[[Record], bool]

_PAGE_MOST = 100


@route(
    "GET",
    "/workspaces/{workspace_gid}/tasks/search",
    paged=False,
    paid="Search is only available to premium users.",
)
def search_tasks(request: Request) -> Listing:
    """Asana's searchTasksForWorkspace: for paid plans, without offsets."""
    workspace = in_path(request, "workspace")
    tests = [test for name, value in request.query.items() if (test := _test(request, name, value))]
    tests += _places(request)
    tasks = request.world.store.by("task", "workspace", workspace["gid"])
    found = [task for task in _indexed(request.world, tasks) if all(test(task) for test in tests)]
    key = _SORTS.get(request.query.get("sort_by", "modified_at"))
    if key is None:
        raise not_allowed("sort_by", request.query["sort_by"])
    ascending = flag("sort_ascending", request.query.get("sort_ascending", "false"))
    known = [task for task in found if key(task) is not None]
    known.sort(key=key, reverse=not ascending)
    found = known + [task for task in found if key(task) is None]
    most = int(request.query.get("limit", request.world.switches.search_page))
    return Listing(seen(request, found)[: min(most, _PAGE_MOST)])


def _indexed(world: World, tasks: list[Record]) -> list[Record]:
    """Leave out tasks that changed too lately for the index to know them."""
    lag = world.switches.search_lag_seconds
    if not lag:
        return tasks
    horizon = stamp(world.clock.now() - timedelta(seconds=lag))
    return [task for task in tasks if task["modified_at"] <= horizon]


def _test(request: Request, name: str, value: str) -> Test | None:
    """Make of one query parameter what a task must pass; unknown parameters ask nothing."""
    if name == "text":
        word = value.casefold()
        return lambda task: word in f"{task['name']} {task['notes']}".casefold()
    if name == "resource_subtype":
        return lambda task: bool(task["resource_subtype"] == value)
    if name in _FLAGS:
        return _flag_test(request, name, wanted=flag(name, value))
    if name.startswith("custom_fields."):
        return field_test(request.world.store, name, value)
    field, _, how = name.partition(".")
    return _set_test(request, name, value) or _time_test(name, field, how, value)


def _set_test(request: Request, name: str, value: str) -> Test | None:
    field, _, how = name.partition(".")
    if field in PEOPLE and how in {"any", "not"}:
        people = _people(request, name, value)
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


def _people(request: Request, name: str, value: str) -> set[str | None]:
    people: set[str | None] = set()
    for one in listed(name, value):
        user = request.world.user_by_email(one) if "@" in one else None
        gid = request.user["gid"] if one == "me" else user["gid"] if user else one
        people.add(None if gid == "null" else gid)
    return people


def _time_test(name: str, field: str, how: str, value: str) -> Test | None:
    read = _MOMENTS.get(field) or _DAYS.get(field)
    if read is None or how not in {"", "before", "after"}:
        return None
    if field in _MOMENTS:
        bound = moment(name, value)
    else:
        bound = None if value == "null" and not how else day(name, value)
    if how == "before":
        return lambda task: (shown := read(task)) is not None and shown < bound
    if how == "after":
        return lambda task: (shown := read(task)) is not None and shown > bound
    return lambda task: bool(read(task) == bound)


def _date_of(field: str) -> Callable[[Record], Any]:
    return lambda task: task[field] and task[field][:10]


def _field(field: str) -> Callable[[Record], Any]:
    return lambda task: task[field]


def _commenters(world: World, task: Record) -> set[str | None]:
    stories = world.store.by("story", "target", task["gid"])
    return {story["created_by"] for story in stories if story["type"] == "comment"}


def _open(world: World, gids: list[str]) -> bool:
    return any(not world.store[gid]["completed"] for gid in gids)


_MOMENTS = {
    f"{name}_at": _field(f"{name}_at") for name in ("due", "created", "completed", "modified")
}
_DAYS = {
    "due_on": _field("due_on"),
    "start_on": _field("start_on"),
    **{f"{name}_on": _date_of(f"{name}_at") for name in ("created", "completed", "modified")},
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
    "due_date": _field("due_on"),
    "created_at": _field("created_at"),
    "completed_at": _field("completed_at"),
    "modified_at": _field("modified_at"),
    "likes": lambda task: len(task["likes"]),
    "relevance": _field("modified_at"),
}
