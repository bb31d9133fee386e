"""Who is in a project and who follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.body import only
from asana_sandbox.lookup import in_path, members, of_user
from asana_sandbox.routing import Listing, Request, Single, route
from asana_sandbox.sharing import join, membership_of, memberships
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("POST", "/projects/{project_gid}/addMembers", required=("members",))
def add_members(request: Request) -> Single:
    """Asana's addMembersForProject."""
    project, users = _people(request, "members")
    for user in users:
        _join(request, project, user)
    return Single(project)


@route("POST", "/projects/{project_gid}/removeMembers", required=("members",))
def remove_members(request: Request) -> Single:
    """Asana's removeMembersForProject."""
    project, users = _people(request, "members")
    for user in users:
        known = membership_of(request.world, project, user["gid"])
        if known is not None:
            request.world.emit(request.user, known, "removed", parent=project)
            request.world.store.remove(known)
            project["followers"] = [one for one in project["followers"] if one != user["gid"]]
            changed(request, project, "members", removed_value=user)
    return Single(project)


@route("POST", "/projects/{project_gid}/addFollowers", required=("followers",))
def add_followers(request: Request) -> Single:
    """Asana's addFollowersForProject: followers become members."""
    project, users = _people(request, "followers")
    for user in users:
        _join(request, project, user)
        if user["gid"] not in project["followers"]:
            project["followers"] = [*project["followers"], user["gid"]]
            changed(request, project, "followers", added_value=user)
    return Single(project)


@route("POST", "/projects/{project_gid}/removeFollowers", required=("followers",))
def remove_followers(request: Request) -> Single:
    """Asana's removeFollowersForProject: who no longer follows stays a member."""
    project, users = _people(request, "followers")
    gone = {user["gid"] for user in users}
    project["followers"] = [one for one in project["followers"] if one not in gone]
    for user in users:
        changed(request, project, "followers", removed_value=user)
    return Single(project)


@route("GET", "/projects/{project_gid}/project_memberships")
def get_project_memberships(request: Request) -> Listing:
    """Asana's getProjectMembershipsForProject, which may be asked about one user."""
    project = in_path(request, "project")
    return Listing(of_user(request, memberships(request.world, project), "member"))


def _join(request: Request, project: Record, user: Record) -> None:
    if membership_of(request.world, project, user["gid"]) is None:
        membership = join(request.world, project, user, project["default_access_level"])
        request.world.emit(request.user, membership, "added", parent=project)
        changed(request, project, "members", added_value=user)


def _people(request: Request, field: str) -> tuple[Record, list[Record]]:
    data = only(request, field)
    project = in_path(request, "project")
    workspace = request.world.store[project["workspace"]]
    return project, members(request, field, data[field], workspace)
