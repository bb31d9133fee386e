"""What a task's plain fields do when they change: stories, completion, approval, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.dates import FIELDS, settle_dates
from asana_sandbox.errors import ApiError, bad_request, wrong_type
from asana_sandbox.liking import like
from asana_sandbox.telling import changed, write_story

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record

MAX_PROJECTS = 20
"""Projects that a task can be in (Asana's OpenAPI, addProjectForTask)."""

_GID_LENGTH, _DATA_LENGTH = 1024, 32768
_PLAIN = ("notes", "html_notes", "assignee_status")


def follow(task: Record, users: Iterable[Record]) -> list[Record]:
    """Let users follow a task, and give those who did not yet."""
    new = [user for user in users if user["gid"] not in task["followers"]]
    task["followers"] = [*task["followers"], *(user["gid"] for user in new)]
    return new


def set_plain(request: Request, task: Record, data: dict[str, Any]) -> None:
    """Put a checked body's plain fields on a task, with all that follows from each.

    A task without gid is still being made: nothing is told of what it is made with.

    Raises:
        ApiError: 400 for values that do not go together; 403 for `external` without OAuth.
    """
    data = _in_step(task, data)
    dates = settle_dates(data, task)
    subtype = data.get("resource_subtype", task["resource_subtype"])
    if subtype == "milestone" and (dates or task)["start_on"]:
        raise bad_request("start_on: A milestone cannot have a start date")
    if subtype == "custom" and "gid" not in task:
        raise bad_request("resource_subtype: Only tasks that are there can get a custom type")
    if data.get("assignee_section") is not None:
        raise bad_request("assignee_section: My Tasks of the sandbox have no sections")
    external = _external(request, data["external"]) if "external" in data else None
    _set_subtype(request, task, data)
    _set_name(request, task, data)
    _set_dates(request, task, dates)
    new = {name: data[name] for name in _PLAIN if name in data and data[name] != task.get(name)}
    task.update(new)
    if "notes" in new or "html_notes" in new:
        _tell(request, task, "notes", "notes_changed", "changed the description")
    _set_completed(request, task, data)
    if "liked" in data:
        like(request, task, liked=data["liked"])
    if external and "gid" in task:
        request.world.store.update(task, **external)
    elif external:
        task.update(external)


def tell_added(
    request: Request, task: Record, projects: Iterable[Record], tags: Iterable[Record]
) -> None:
    """Tell where a new task was put."""
    for project in projects:
        write_story(
            request,
            task,
            "added_to_project",
            f"added to {project['name']}",
            project=project["gid"],
        )
        request.world.emit(request.user, task, "added", parent=project)
    for tag in tags:
        write_story(request, task, "added_to_tag", f"added to {tag['name']}", tag=tag["gid"])


def _in_step(task: Record, data: dict[str, Any]) -> dict[str, Any]:
    """Keep `completed` and `approval_status` in step (Asana's OpenAPI, TaskBase)."""
    if data.get("resource_subtype", task["resource_subtype"]) != "approval":
        if data.get("approval_status") is not None:
            raise bad_request("approval_status: Only approval tasks have an approval status")
        return data
    status = data.get("approval_status")
    if status is not None:
        return {**data, "completed": status != "pending"}
    if "completed" in data and data["completed"] != task["completed"]:
        return {**data, "approval_status": "approved" if data["completed"] else "pending"}
    usual = "approved" if task["completed"] else "pending"
    return {**data, "approval_status": task.get("approval_status", usual)}


def _tell(request: Request, task: Record, field: str, subtype: str, text: str, **more: Any) -> None:
    if "gid" in task:
        write_story(request, task, subtype, text, **more)
        changed(request, task, field)


def _set_name(request: Request, task: Record, data: dict[str, Any]) -> None:
    old = task["name"]
    if data.get("name", old) != old:
        task["name"] = data["name"]
        text = f'changed the name to "{data["name"]}"'
        _tell(request, task, "name", "name_changed", text, old_name=old, new_name=data["name"])


def _set_subtype(request: Request, task: Record, data: dict[str, Any]) -> None:
    old: str = task["resource_subtype"]
    new: str = data.get("resource_subtype", old)
    if new != old:
        task["resource_subtype"] = new
        text = f"changed the type to {new.removesuffix('_task')}"
        more = {"old_resource_subtype": old, "new_resource_subtype": new}
        _tell(request, task, "resource_subtype", "resource_subtype_changed", text, **more)
    if new != "approval":
        task.pop("approval_status", None)
        return
    was, now = task.get("approval_status"), data["approval_status"]
    task["approval_status"] = now
    if was not in (None, now):
        text = f"changed the approval status to {now}"
        more = {"old_approval_status": was, "new_approval_status": now}
        _tell(request, task, "approval_status", "approval_status_changed", text, **more)


def _set_dates(request: Request, task: Record, dates: dict[str, Any]) -> None:
    old = {field: task[field] for field in FIELDS}
    if not dates or dates == old:
        return
    task.update(dates)
    shown = ("start_on", "due_at", "due_on")
    more = {
        "old_dates": {field: old[field] for field in shown},
        "new_dates": {field: dates[field] for field in shown},
    }
    if old["due_on"] != dates["due_on"] or old["due_at"] != dates["due_at"]:
        due = dates["due_on"]
        text = f"changed the due date to {due}" if due else "removed the due date"
        field = "due_at" if dates["due_at"] else "due_on"
        _tell(request, task, field, "due_date_changed", text, **more)
    else:
        start = dates["start_on"]
        text = f"changed the start date to {start}" if start else "removed the start date"
        _tell(request, task, "start_on", "start_date_changed", text, **more)


def _set_completed(request: Request, task: Record, data: dict[str, Any]) -> None:
    done = data.get("completed", task["completed"])
    if done == task["completed"]:
        return
    now = request.world.clock.stamp()
    user = request.user["gid"]
    task.update(completed=done, completed_at=now if done else None)
    task["completed_by"] = user if done else None
    word = "complete" if done else "incomplete"
    _tell(request, task, "completed", f"marked_{word}", f"marked this task {word}")


def _external(request: Request, value: Any) -> dict[str, Any]:
    """Read an app's own data on a task; only OAuth apps have any (Asana's docs)."""
    if request.app is None:
        raise ApiError(403, "external: Only an OAuth app can store external data")
    if value is None:
        return {"external": None, "external_key": None}
    if not isinstance(value, dict):
        raise wrong_type("external", value, "a JSON object")
    gid, data = value.get("gid"), value.get("data")
    if len(gid or "") > _GID_LENGTH or len(data or "") > _DATA_LENGTH:
        raise bad_request("external: Value is too long")
    kept = {"gid": gid, "data": data}
    return {"external": kept, "external_key": f"{request.app}:{gid}" if gid else None}
