"""Project briefs: one text a project, which describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.body import read_body
from asana_sandbox.derived import WEB, derived
from asana_sandbox.errors import bad_request
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_PAID = "Project briefs are not available for free users."
"""Asana's OpenAPI names the 402 on creating and reading only; the wording is ours."""


@route("POST", "/projects/{project_gid}/project_briefs", paid=_PAID)
def create_project_brief(request: Request) -> Single:
    """Asana's createProjectBrief; refusing a second one is ours: a project names only one."""
    data, project = read_body(request, "project_brief", "create"), in_path(request, "project")
    if brief_of(request.world, project):
        raise bad_request("project: The project already has a brief")
    record = {**KINDS["project_brief"].blank(), **data, "project": project["gid"]}
    return Single(request.world.store.add("project_brief", record), 201)


@route("GET", "/project_briefs/{project_brief_gid}", paid=_PAID)
def get_project_brief(request: Request) -> Single:
    """Asana's getProjectBrief."""
    return Single(in_path(request, "project_brief"))


@route("PUT", "/project_briefs/{project_brief_gid}")
def update_project_brief(request: Request) -> Single:
    """Asana's updateProjectBrief: only the fields sent change."""
    brief = in_path(request, "project_brief")
    brief.update(read_body(request, "project_brief", "update"))
    return Single(brief)


@route("DELETE", "/project_briefs/{project_brief_gid}")
def delete_project_brief(request: Request) -> Plain:
    """Asana's deleteProjectBrief."""
    remove_whole(request.world.store, in_path(request, "project_brief"))
    return EMPTY


def brief_of(world: World, project: Record) -> Record | None:
    """Find the brief of a project."""
    return next(iter(world.store.by("project_brief", "project", project["gid"])), None)


@derived("project", "project_brief")
def _project_brief(world: World, project: Record, _viewer: Record) -> Record | None:
    return brief_of(world, project)


@derived("project_brief", "permalink_url")
def _link(_world: World, brief: Record, _viewer: Record) -> str:
    return f"{WEB}/0/{brief['project']}/{brief['gid']}"
