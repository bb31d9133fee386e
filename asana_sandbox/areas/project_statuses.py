"""Project statuses: the older routes to the status updates of projects.

That both show the same objects, under the same gids, is ours: Asana's texts name the newer routes
as what to use instead, not how the two relate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.areas.status_updates import current, post_update, remove_update
from asana_sandbox.body import read_body
from asana_sandbox.derived import derived
from asana_sandbox.errors import not_recognized
from asana_sandbox.facts.statuses import COLORS
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


@route("GET", "/projects/{project_gid}/project_statuses")
def get_project_statuses(request: Request) -> Listing:
    """Asana's getProjectStatusesForProject."""
    project = in_path(request, "project")
    updates = request.world.store.by("status_update", "parent", project["gid"])
    return Listing([_older(one) for one in updates])


@route("POST", "/projects/{project_gid}/project_statuses")
def create_project_status(request: Request) -> Single:
    """Asana's createProjectStatusForProject."""
    data = read_body(request, "project_status", "create")
    project = in_path(request, "project")
    data["status_type"] = COLORS[data.pop("color", "green")]
    return Single(_older(post_update(request, project, data)), 201)


@route("GET", "/project_statuses/{project_status_gid}")
def get_project_status(request: Request) -> Single:
    """Asana's getProjectStatus."""
    return Single(_older(_in_path(request)))


@route("DELETE", "/project_statuses/{project_status_gid}")
def delete_project_status(request: Request) -> Plain:
    """Asana's deleteProjectStatus."""
    remove_update(request, _in_path(request))
    return EMPTY


@derived("project", "current_status")
def _current_status(world: World, project: Record, viewer: Record) -> Record | None:
    latest = current(world, project, viewer)
    return latest and _older(latest)


def _in_path(request: Request) -> Record:
    found = in_path(request, "status_update", "project_status")
    if found["resource_subtype"] != "project_status_update":
        raise not_recognized("project_status", found["gid"], in_path=True)
    return found


def _older(update: Record) -> Record:
    """Show a status update as a project status; `dropped` has no color among the older ones."""
    shown = {**update, "resource_type": "project_status"}
    colors = [color for color, kind in COLORS.items() if kind == update["status_type"]]
    return {**shown, "color": colors[0]} if colors else shown
