"""Agents (AI teammates) of a workspace; nothing in the API makes one."""

from __future__ import annotations

from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Listing, Request, route


@route("GET", "/workspaces/{workspace_gid}/agents")
def get_agents_for_workspace(request: Request) -> Listing:
    """Asana's getAgentsForWorkspace."""
    workspace = in_path(request, "workspace")
    return Listing(request.world.store.by("agent", "workspace", workspace["gid"]))
