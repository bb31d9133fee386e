"""Tasks: creating, reading, updating and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require
from asana_sandbox.body import read_body
from asana_sandbox.errors import bad_request, cannot_write, one_of
from asana_sandbox.facts import KINDS
from asana_sandbox.field_values import read_values, set_values
from asana_sandbox.lookup import each_named, in_path, member, members, named
from asana_sandbox.placing import place, read_homes, unplace
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Plain, Request, Single, route
from asana_sandbox.task_changes import MAX_PROJECTS, follow, set_plain, tell_added
from asana_sandbox.task_types import set_type, settle_type
from asana_sandbox.telling import changed, write_story

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("POST", "/tasks")
def create_task(request: Request) -> Single:
    """Asana's createTask."""
    return Single(_create(request, None), 201)


@route("POST", "/tasks/{task_gid}/subtasks")
def create_subtask(request: Request) -> Single:
    """Asana's createSubtaskForTask."""
    return Single(_create(request, in_path(request, "task")), 201)


@route("PUT", "/tasks/{task_gid}")
def update_task(request: Request) -> Single:
    """Asana's updateTask: only the fields sent change."""
    task = in_path(request, "task")
    data = read_body(request, "task", "update")
    data = settle_type(request, task, data)
    if "parent" in data and request.world.switches.parent_by_update == "refuse":
        raise cannot_write("parent")
    parent = _parent(request, task, data)
    workspace = request.world.store[task["workspace"]]
    assignee = _assignee(request, data, workspace)
    sent, known = data.get("custom_fields", {}), task["field_values"]
    values = read_values(request, sent, task["projects"], known)
    set_plain(request, task, data)
    set_type(task, data)
    set_values(request, task, values)
    if "assignee" in data:
        assign(request, task, assignee)
    if "parent" in data:
        adopt(request, task, parent)
    return Single(task)


@route("DELETE", "/tasks/{task_gid}")
def delete_task(request: Request) -> Plain:
    """Asana's deleteTask; what hangs on the task goes with it."""
    remove_task(request, in_path(request, "task"))
    return EMPTY


def remove_task(request: Request, task: Record) -> None:
    """Remove a task with its subtasks, stories and attachments."""
    store, gid = request.world.store, task["gid"]
    for subtask in store.ordered("subtask", gid):
        remove_task(request, subtask)
    request.world.emit(request.user, task, "deleted")
    for mine, theirs in (("dependencies", "dependents"), ("dependents", "dependencies")):
        for other in task[mine]:
            store[other][theirs].remove(gid)
    for project in list(task["projects"]):
        unplace(store, task, project)
    if task["parent"]:
        store.order("subtask", task["parent"]).discard(gid)
    store.drop_order("subtask", gid)
    remove_whole(store, task)


def assign(request: Request, task: Record, user: Record | None) -> None:
    """Give a task to a user or to nobody; the assignee follows it from then on."""
    before = task["assignee"]
    if before == (user and user["gid"]):
        return
    changes: dict[str, Any] = {"assignee": user["gid"] if user else None}
    changes["assigned_by"] = request.user["gid"] if user else None
    request.world.store.update(task, **changes)
    if user is None:
        left = request.world.store[before]
        write_story(request, task, "unassigned", f"unassigned from {left['name']}", assignee=before)
    else:
        follow(task, [user])
        write_story(request, task, "assigned", f"assigned to {user['name']}", assignee=user["gid"])
    changed(request, task, "assignee", new_value=user)


def adopt(request: Request, task: Record, parent: Record | None) -> None:
    """Make a task a subtask, or no longer one; it goes to the end of its new siblings."""
    store, before = request.world.store, task["parent"]
    if before:
        store.order("subtask", before).discard(task["gid"])
    task["parent"] = parent["gid"] if parent else None
    if parent:
        store.order("subtask", parent["gid"]).insert(task["gid"])
    if before == task["parent"]:
        return
    if before:
        old = store[before]
        write_story(request, task, "removed_from_task", f"removed from {old['name']}", task=before)
        request.world.emit(request.user, task, "removed", parent=old)
    if parent:
        name, gid = parent["name"], parent["gid"]
        write_story(request, task, "added_to_task", f"added to {name}", task=gid)
        request.world.emit(request.user, task, "added", parent=parent)
    changed(request, task, "parent", new_value=parent)


def _create(request: Request, parent: Record | None) -> Record:
    data = read_body(request, "task", "create")
    if parent is None:
        parent = _parent(request, None, data)
    homes = read_homes(request, data)
    if parent and request.world.switches.subtask_projects == "drop":
        homes = []
    if len(homes) > MAX_PROJECTS:
        raise bad_request(f"projects: A task can be in at most {MAX_PROJECTS} projects")
    workspace = _home(request, data, [home[0] for home in homes], parent)
    assignee = _assignee(request, data, workspace)
    followers = members(request, "followers", data.get("followers") or [], workspace)
    tags = each_named(request, "tags", data.get("tags") or [], "tag")
    store = request.world.store
    task = blank_task(request, workspace)
    projects = [project["gid"] for project, _, _ in homes]
    values = read_values(request, data.get("custom_fields", {}), projects, {})
    set_plain(request, task, data)
    set_values(request, task, values)
    follow(task, [request.user, *followers])
    task = store.add("task", {**task, "tags": [tag["gid"] for tag in tags]})
    for _, section, spot in homes:
        place(store, task, section, spot)
    tell_added(request, task, [home[0] for home in homes], tags)
    if parent:
        adopt(request, task, parent)
    elif not homes:
        request.world.emit(request.user, task, "added", parent=workspace)
    if assignee:
        assign(request, task, assignee)
    return task


def blank_task(request: Request, workspace: Record) -> Record:
    """Give a task of the user's that nothing is known of yet, and that is not stored."""
    now = request.world.clock.stamp()
    return {
        **KINDS["task"].blank(),
        "created_at": now,
        "modified_at": now,
        "created_by": request.user["gid"],
        "workspace": workspace["gid"],
        "memberships": [],
        "likes": [],
        "field_values": {},
    }


def _home(
    request: Request, data: dict[str, Any], projects: list[Record], parent: Record | None
) -> Record:
    """Tell which workspace a new task is in; all that it names must be there."""
    homes = [request.world.store[holder["workspace"]] for holder in projects]
    if parent:
        homes.append(request.world.store[parent["workspace"]])
    if "workspace" in data:
        homes.insert(0, named(request, "workspace", data["workspace"], "workspace"))
    if not homes:
        raise one_of("workspace", "parent", "projects")
    if any(home is not homes[0] for home in homes):
        raise bad_request("workspace: All projects and the parent must be in the workspace")
    require(request, homes[0])
    return homes[0]


def _assignee(request: Request, data: dict[str, Any], workspace: Record) -> Record | None:
    if data.get("assignee") is None:
        return None
    return member(request, "assignee", data["assignee"], workspace)


def _parent(request: Request, task: Record | None, data: dict[str, Any]) -> Record | None:
    if data.get("parent") is None:
        return None
    parent = named(request, "parent", data["parent"], "task")
    check_ancestry(request, task, parent)
    return parent


def check_ancestry(request: Request, task: Record | None, parent: Record) -> None:
    """Refuse a parent that is the task itself or stands below it.

    Raises:
        ApiError: 400.
    """
    above: Record | None = parent
    while above is not None:
        if above is task:
            raise bad_request("parent: A task cannot be a subtask of itself or of its subtasks")
        above = request.world.store[above["parent"]] if above["parent"] else None
