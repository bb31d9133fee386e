"""Custom types of tasks, which people make in Asana's app alone."""

from __future__ import annotations

from asana_sandbox.lookup import named
from asana_sandbox.routing import Listing, Request, route


@route("GET", "/custom_types", required=("project",))
def get_custom_types(request: Request) -> Listing:
    """Asana's getCustomTypes: of a project."""
    project = named(request, "project", request.query["project"], "project")
    return Listing(request.world.store.by("custom_type", "projects", project["gid"]))
