"""What tasks are tied to: projects, tags, followers, dependencies, parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.areas.tasks import adopt, check_ancestry
from asana_sandbox.body import only
from asana_sandbox.errors import bad_request, missing
from asana_sandbox.lookup import each_named, in_path, members, named
from asana_sandbox.placing import (
    END,
    TOP,
    Spot,
    place,
    read_spot,
    section_in,
    section_of,
    unplace,
)
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.task_changes import MAX_PROJECTS, follow
from asana_sandbox.telling import changed, write_move, write_story

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_MAX_DEPENDENCIES = 30
"""Dependencies and dependents of a task together (Asana's OpenAPI, addDependenciesForTask)."""
_PAID = "Task dependencies are not available for free users."


@route("POST", "/tasks/{task_gid}/addProject", required=("project",))
def add_project(request: Request) -> Plain:
    """Asana's addProjectForTask: into a project, or to another place in it."""
    data = only(request, "project section insert_after insert_before")
    task = in_path(request, "task")
    project = named(request, "project", data["project"], "project")
    section, spot = _destination(request, project, data)
    stand(request, task, section, spot)
    return EMPTY


@route("POST", "/tasks/{task_gid}/removeProject", required=("project",))
def remove_project(request: Request) -> Plain:
    """Asana's removeProjectForTask."""
    data = only(request, "project")
    task = in_path(request, "task")
    project = named(request, "project", data["project"], "project")
    if project["gid"] in task["projects"]:
        unplace(request.world.store, task, project["gid"])
        text, gid = f"removed from {project['name']}", project["gid"]
        write_move(request, task, "removed_from_project", text, project=gid)
        request.world.emit(request.user, task, "removed", parent=project)
    return EMPTY


@route("POST", "/sections/{section_gid}/addTask", required=("task",))
def add_task_to_section(request: Request) -> Plain:
    """Asana's addTaskForSection: at the top, unless a place is named."""
    data = only(request, "task insert_after insert_before")
    section = in_path(request, "section")
    task = named(request, "task", data["task"], "task")
    order = request.world.store.order("task", section["gid"])
    stand(request, task, section, read_spot(request, order, TOP))
    return EMPTY


def stand(request: Request, task: Record, section: Record, spot: Spot) -> None:
    """Put a task into a section, and tell what that changed."""
    store = request.world.store
    project = store[section["project"]]
    if project["workspace"] != task["workspace"]:
        raise bad_request("project: The project is not in the task's workspace")
    before = section_of(task, project)
    if before is None and len(task["projects"]) >= MAX_PROJECTS:
        raise bad_request(f"project: A task can be in at most {MAX_PROJECTS} projects")
    place(store, task, section, spot)
    gid, name = project["gid"], project["name"]
    if before is None:
        write_move(request, task, "added_to_project", f"added to {name}", project=gid)
        request.world.emit(request.user, task, "added", parent=project)
    elif before != section["gid"]:
        old = store[before]
        text = f'moved from "{old["name"]}" to "{section["name"]}" in {name}'
        more = {"project": gid, "old_section": before, "new_section": section["gid"]}
        write_move(request, task, "section_changed", text, **more)
        changed(request, task, "memberships")


def _destination(request: Request, project: Record, data: dict[str, Any]) -> tuple[Record, Spot]:
    """Read where in a project: a section and a spot, the end of the project by default."""
    store = request.world.store
    sections = store.order("section", project["gid"])
    if data.get("section") is not None:
        section = section_in(request, "section", data["section"], project)
        return section, read_spot(request, store.order("task", section["gid"]), END)
    anchor = data.get("insert_before") or data.get("insert_after")
    if anchor is None:
        spot = read_spot(request, sections, END)
        return store[sections.first if spot == TOP else sections.last], spot
    field = "insert_before" if data.get("insert_before") else "insert_after"
    beside = named(request, field, anchor, "task")
    home = section_of(beside, project) or sections.last
    return store[home], read_spot(request, store.order("task", home), END)


@route("POST", "/tasks/{task_gid}/addTag", required=("tag",))
def add_tag(request: Request) -> Plain:
    """Asana's addTagForTask."""
    data = only(request, "tag")
    task = in_path(request, "task")
    tag = named(request, "tag", data["tag"], "tag")
    if tag["workspace"] != task["workspace"]:
        raise bad_request("tag: The tag is not in the task's workspace")
    if tag["gid"] not in task["tags"]:
        request.world.store.update(task, tags=[*task["tags"], tag["gid"]])
        write_story(request, task, "added_to_tag", f"added to {tag['name']}", tag=tag["gid"])
        changed(request, task, "tags", added_value=tag)
    return EMPTY


@route("POST", "/tasks/{task_gid}/removeTag", required=("tag",))
def remove_tag(request: Request) -> Plain:
    """Asana's removeTagForTask."""
    data = only(request, "tag")
    task = in_path(request, "task")
    tag = named(request, "tag", data["tag"], "tag")
    if tag["gid"] in task["tags"]:
        left = [gid for gid in task["tags"] if gid != tag["gid"]]
        request.world.store.update(task, tags=left)
        text = f"removed from {tag['name']}"
        write_story(request, task, "removed_from_tag", text, tag=tag["gid"])
        changed(request, task, "tags", removed_value=tag)
    return EMPTY


@route("POST", "/tasks/{task_gid}/addFollowers", required=("followers",))
def add_followers(request: Request) -> Single:
    """Asana's addFollowersForTask."""
    task, users = _followers(request)
    for user in follow(task, users):
        text = f"added {user['name']} as a collaborator"
        write_story(request, task, "follower_added", text, follower=user["gid"])
        changed(request, task, "followers", added_value=user)
    return Single(task)


@route("POST", "/tasks/{task_gid}/removeFollowers", required=("followers",))
def remove_followers(request: Request) -> Single:
    """Asana's removeFollowerForTask."""
    task, users = _followers(request)
    for user in users:
        if user["gid"] in task["followers"]:
            task["followers"] = [gid for gid in task["followers"] if gid != user["gid"]]
            changed(request, task, "followers", removed_value=user)
    return Single(task)


def _followers(request: Request) -> tuple[Record, list[Record]]:
    data = only(request, "followers")
    task = in_path(request, "task")
    workspace = request.world.store[task["workspace"]]
    return task, members(request, "followers", data["followers"], workspace)


@route("POST", "/tasks/{task_gid}/setParent", required=("parent",))
def set_parent(request: Request) -> Single:
    """Asana's setParentForTask: under another task, to another place there, or out."""
    data = only(request, "parent insert_after insert_before")
    task = in_path(request, "task")
    parent = None
    if data["parent"] is not None:
        parent = named(request, "parent", data["parent"], "task")
        check_ancestry(request, task, parent)
    spot = END
    if parent:
        spot = read_spot(request, request.world.store.order("subtask", parent["gid"]), END)
    adopt(request, task, parent)
    if parent:
        order = request.world.store.order("subtask", parent["gid"])
        order.insert(task["gid"], before=spot.before, after=spot.after)
    return Single(task)


@route("GET", "/tasks/{task_gid}/dependencies", paid=_PAID)
def get_dependencies(request: Request) -> Listing:
    """Asana's getDependenciesForTask."""
    return _linked(request, "dependencies")


@route("GET", "/tasks/{task_gid}/dependents", paid=_PAID)
def get_dependents(request: Request) -> Listing:
    """Asana's getDependentsForTask."""
    return _linked(request, "dependents")


@route("POST", "/tasks/{task_gid}/addDependencies", paid=_PAID)
def add_dependencies(request: Request) -> Plain:
    """Asana's addDependenciesForTask."""
    return _link(request, "dependencies", "dependents")


@route("POST", "/tasks/{task_gid}/addDependents", paid=_PAID)
def add_dependents(request: Request) -> Plain:
    """Asana's addDependentsForTask."""
    return _link(request, "dependents", "dependencies")


@route("POST", "/tasks/{task_gid}/removeDependencies", paid=_PAID)
def remove_dependencies(request: Request) -> Plain:
    """Asana's removeDependenciesForTask."""
    return _unlink(request, "dependencies", "dependents")


@route("POST", "/tasks/{task_gid}/removeDependents", paid=_PAID)
def remove_dependents(request: Request) -> Plain:
    """Asana's removeDependentsForTask."""
    return _unlink(request, "dependents", "dependencies")


def _linked(request: Request, field: str) -> Listing:
    store = request.world.store
    return Listing([store[gid] for gid in in_path(request, "task")[field]])


def _link(request: Request, mine: str, theirs: str) -> Plain:
    task, others = _others(request, mine)
    new = [other for other in others if other["gid"] not in task[mine]]
    for one, more in [(task, len(new)), *((other, 1) for other in new)]:
        if len(one["dependencies"]) + len(one["dependents"]) + more > _MAX_DEPENDENCIES:
            raise bad_request(
                f"{mine}: A task can have at most {_MAX_DEPENDENCIES} dependencies and dependents"
            )
    for other in new:
        task[mine].append(other["gid"])
        other[theirs].append(task["gid"])
        _tell_link(request, task, mine, other, "added")
    return EMPTY


def _unlink(request: Request, mine: str, theirs: str) -> Plain:
    task, others = _others(request, mine)
    for other in others:
        if other["gid"] in task[mine]:
            task[mine].remove(other["gid"])
            other[theirs].remove(task["gid"])
            _tell_link(request, task, mine, other, "removed")
    return EMPTY


def _others(request: Request, field: str) -> tuple[Record, list[Record]]:
    data = only(request, field)
    if field not in data:
        raise missing(field)
    task = in_path(request, "task")
    others = each_named(request, field, data[field], "task")
    if task in others:
        raise bad_request(f"{field}: A task cannot depend on itself")
    return task, others


def _tell_link(request: Request, task: Record, field: str, other: Record, how: str) -> None:
    waiting, on = (task, other) if field == "dependencies" else (other, task)
    text = f"{how} a dependency: {on['name']}"
    write_story(request, waiting, f"dependency_{how}", text, dependency=on["gid"])
    changed(request, waiting, "dependencies", **{f"{how}_value": on})
