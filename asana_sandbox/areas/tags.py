"""Tags of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.areas.workspaces import workspace_asked
from asana_sandbox.body import read_body
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, members
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("GET", "/tags")
def get_tags(request: Request) -> Listing:
    """Asana's getTags."""
    return _of(request, workspace_asked(request))


@route("GET", "/workspaces/{workspace_gid}/tags")
def get_tags_for_workspace(request: Request) -> Listing:
    """Asana's getTagsForWorkspace."""
    return _of(request, in_path(request, "workspace"))


@route("GET", "/tasks/{task_gid}/tags")
def get_tags_for_task(request: Request) -> Listing:
    """Asana's getTagsForTask."""
    store = request.world.store
    return Listing([store[gid] for gid in in_path(request, "task")["tags"]])


@route("POST", "/tags")
def create_tag(request: Request) -> Single:
    """Asana's createTag; the only workspace of a user may go unsaid."""
    return _create(request, workspace_asked(request))


@route("POST", "/workspaces/{workspace_gid}/tags")
def create_tag_for_workspace(request: Request) -> Single:
    """Asana's createTagForWorkspace."""
    return _create(request, in_path(request, "workspace"))


@route("PUT", "/tags/{tag_gid}")
def update_tag(request: Request) -> Single:
    """Asana's updateTag."""
    tag = in_path(request, "tag")
    data = read_body(request, "tag", "update")
    tag.update(data)
    for field in data:
        changed(request, tag, field)
    return Single(tag)


@route("DELETE", "/tags/{tag_gid}")
def delete_tag(request: Request) -> Plain:
    """Asana's deleteTag: tasks lose it."""
    tag, store = in_path(request, "tag"), request.world.store
    for task in store.by("task", "tags", tag["gid"]):
        store.update(task, tags=[gid for gid in task["tags"] if gid != tag["gid"]])
    request.world.emit(request.user, tag, "deleted")
    store.remove(tag)
    return EMPTY


def _of(request: Request, workspace: Record) -> Listing:
    return Listing(request.world.store.by("tag", "workspace", workspace["gid"]))


def _create(request: Request, workspace: Record) -> Single:
    data = read_body(request, "tag", "create")
    followers = members(request, "followers", data.get("followers") or [], workspace)
    record = {
        **KINDS["tag"].blank(),
        **data,
        "created_at": request.world.clock.stamp(),
        "workspace": workspace["gid"],
        "followers": [user["gid"] for user in followers],
    }
    tag = request.world.store.add("tag", record)
    request.world.emit(request.user, tag, "added", parent=workspace)
    return Single(tag, 201)
