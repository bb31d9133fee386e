"""What happened to a task, a project, a goal or a whole workspace since a sync token."""

from __future__ import annotations

from asana_sandbox.access import require, require_service_account
from asana_sandbox.errors import not_recognized, sync_lost, unknown_object
from asana_sandbox.event_log import PAGE, WORKSPACE_PAGE
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Plain, Request, route
from asana_sandbox.shape import Eye

_FOLLOWABLE = frozenset({"task", "project", "goal"})


@route("GET", "/events", paged=False, required=("resource",))
def get_events(request: Request) -> Plain:
    """Asana's getEvents: the first call, and any with a token it does not know, is a 412."""
    gid = request.query["resource"]
    record = request.world.store.find(gid)
    if record is None:
        raise unknown_object("resource", gid)
    if record["resource_type"] not in _FOLLOWABLE:
        raise not_recognized("resource", gid)
    require(request, record)
    return _since_token(request, gid, PAGE)


@route("GET", "/workspaces/{workspace_gid}/events", paged=False)
def get_workspace_events(request: Request) -> Plain:
    """Asana's getWorkspaceEvents: of everything, whoever may see it, for service accounts."""
    workspace = in_path(request, "workspace")
    require_service_account(request)
    return _since_token(request, workspace["gid"], WORKSPACE_PAGE)


def _since_token(request: Request, resource: str, most: int) -> Plain:
    world = request.world
    now = world.clock.now()
    token = request.query.get("sync")
    read = world.events.read(resource, token, now, most) if token else None
    if read is None:
        raise sync_lost(world.events.token(resource, None, now))
    events, sync, more = read
    eye = Eye(world, request.user)
    shown = [eye.see(event, request.fields) for event in events]
    return Plain({"data": shown, "sync": sync, "has_more": more})
