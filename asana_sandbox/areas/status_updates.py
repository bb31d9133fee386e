"""Status updates of projects, portfolios and goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import moment, read_body
from asana_sandbox.derived import derived
from asana_sandbox.errors import missing, not_allowed
from asana_sandbox.facts import KINDS
from asana_sandbox.facts.statuses import STATUS_TYPES
from asana_sandbox.lookup import in_path, named_one_of
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


@route("GET", "/status_updates", required=("parent",))
def get_statuses(request: Request) -> Listing:
    """Asana's getStatusesForObject: all, or those since a moment, that moment included."""
    parent = named_one_of(request, "parent", request.query["parent"], STATUS_TYPES)
    since = moment("created_since", request.query.get("created_since") or None)
    updates = request.world.store.by("status_update", "parent", parent["gid"])
    return Listing([one for one in updates if since is None or one["created_at"] >= since])


@route("POST", "/status_updates", required=("parent", "status_type"))
def create_status(request: Request) -> Single:
    """Asana's createStatusForObject: what can be said depends on what it is said of."""
    data = read_body(request, "status_update", "create")
    parent = named_one_of(request, "parent", data.pop("parent"), STATUS_TYPES)
    if data["status_type"] not in STATUS_TYPES[parent["resource_type"]]:
        raise not_allowed("status_type", data["status_type"])
    return Single(post_update(request, parent, data), 201)


@route("GET", "/status_updates/{status_update_gid}")
def get_status(request: Request) -> Single:
    """Asana's getStatus."""
    return Single(in_path(request, "status_update"))


@route("DELETE", "/status_updates/{status_update_gid}")
def delete_status(request: Request) -> Plain:
    """Asana's deleteStatus: the one before it becomes the current one."""
    remove_update(request, in_path(request, "status_update"))
    return EMPTY


def post_update(request: Request, parent: Record, data: dict[str, Any]) -> Record:
    """Make a status update; formatted text does for plain text.

    Raises:
        ApiError: 400 without a text.
    """
    if "text" not in data:
        raise missing("text")
    now, me = request.world.clock.stamp(), request.user["gid"]
    update = request.world.store.add(
        "status_update",
        {
            **KINDS["status_update"].blank(),
            **data,
            "resource_subtype": f"{parent['resource_type']}_status_update",
            "parent": parent["gid"],
            "author": me,
            "created_by": me,
            "created_at": now,
            "modified_at": now,
            "likes": [],
            "reaction_summary": [],
        },
    )
    request.world.emit(request.user, update, "added", parent=parent)
    return update


def remove_update(request: Request, update: Record) -> None:
    """Delete a status update."""
    request.world.emit(request.user, update, "deleted")
    remove_whole(request.world.store, update)


@derived("goal", "current_status_update")
@derived("portfolio", "current_status_update")
@derived("project", "current_status_update")
def current(world: World, parent: Record, _viewer: Record) -> Record | None:
    """Give the latest status update of a project, a portfolio or a goal."""
    updates = world.store.by("status_update", "parent", parent["gid"])
    return updates[-1] if updates else None
