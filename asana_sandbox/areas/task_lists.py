"""Lists of tasks: by project, section, tag, person, My Tasks, parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import seen
from asana_sandbox.body import moment
from asana_sandbox.errors import bad_request, one_of
from asana_sandbox.lookup import in_path, member, named
from asana_sandbox.placing import tasks_of
from asana_sandbox.routing import Listing, Request, route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.store import Record

_PLACES = ("project", "section", "tag", "user_task_list")


@route("GET", "/tasks")
def get_tasks(request: Request) -> Listing:
    """Asana's getTasks: by exactly one of four places, or by a person in a workspace."""
    query = request.query
    given = [name for name in _PLACES if query.get(name)]
    person = [name for name in ("assignee", "workspace") if query.get(name)]
    if not given and not person:
        raise one_of("workspace", "project", "tag", "section", "user_task_list")
    if len(given) + bool(person) != 1 or len(person) == 1:
        raise bad_request(
            "Must specify exactly one of project, tag, section, user task list, or assignee + "
            "workspace"
        )
    if person:
        tasks = _of_person(request)
    else:
        name = given[0]
        tasks = _in_place(request, named(request, name, query[name], name))
    return Listing(_recent(request, _unfinished(request, tasks)))


@route("GET", "/projects/{project_gid}/tasks")
def get_tasks_for_project(request: Request) -> Listing:
    """Asana's getTasksForProject."""
    return _place_in_path(request, "project")


@route("GET", "/sections/{section_gid}/tasks")
def get_tasks_for_section(request: Request) -> Listing:
    """Asana's getTasksForSection."""
    return _place_in_path(request, "section")


@route("GET", "/tags/{tag_gid}/tasks")
def get_tasks_for_tag(request: Request) -> Listing:
    """Asana's getTasksForTag, which has no filters."""
    return Listing(_in_place(request, in_path(request, "tag")))


@route("GET", "/user_task_lists/{user_task_list_gid}/tasks")
def get_tasks_for_user_task_list(request: Request) -> Listing:
    """Asana's getTasksForUserTaskList."""
    return _place_in_path(request, "user_task_list")


@route("GET", "/tasks/{task_gid}/subtasks")
def get_subtasks(request: Request) -> Listing:
    """Asana's getSubtasksForTask: one level."""
    task = in_path(request, "task")
    return Listing(request.world.store.ordered("subtask", task["gid"]))


def _place_in_path(request: Request, kind: str) -> Listing:
    return Listing(_unfinished(request, _in_place(request, in_path(request, kind))))


def _in_place(request: Request, place: Record) -> list[Record]:
    store = request.world.store
    match place["resource_type"]:
        case "project":
            return tasks_of(store, place)
        case "section":
            return store.ordered("task", place["gid"])
        case "tag":
            return seen(request, store.by("task", "tags", place["gid"]))
    return _assigned(request, place["owner"], place["workspace"])


def _of_person(request: Request) -> list[Record]:
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    user = member(request, "assignee", request.query["assignee"], workspace)
    return _assigned(request, user["gid"], workspace["gid"])


def _assigned(request: Request, user: str, workspace: str) -> list[Record]:
    tasks = request.world.store.by("task", "assignee", user)
    return seen(request, (task for task in tasks if task["workspace"] == workspace))


def _unfinished(request: Request, tasks: Iterable[Record]) -> list[Record]:
    """Leave out what was completed before `completed_since`; `now` leaves the incomplete."""
    since = request.query.get("completed_since")
    if since is None:
        return list(tasks)
    if since == "now":
        return [task for task in tasks if not task["completed"]]
    start = _time("completed_since", since)
    return [task for task in tasks if not task["completed"] or task["completed_at"] >= start]


def _recent(request: Request, tasks: list[Record]) -> list[Record]:
    since = request.query.get("modified_since")
    if since is None:
        return tasks
    start = _time("modified_since", since)
    if request.world.switches.modified_since_inclusive:
        return [task for task in tasks if task["modified_at"] >= start]
    return [task for task in tasks if task["modified_at"] > start]


def _time(field: str, value: str) -> str:
    """Read a time, or a date for its first moment, so that it compares with stored times."""
    read = moment(field, f"{value}T00:00:00Z" if len(value) == len("2026-01-31") else value)
    return str(read)
