"""Who is in a project, follows it, and with what rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.body import only, read_body
from asana_sandbox.errors import (
    missing,
    not_allowed,
    not_recognized,
    one_of,
    unknown_object,
)
from asana_sandbox.lookup import in_path, member, members, named, of_user
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_LEVELS = ("admin", "editor", "commenter", "viewer")


def join_project(world: World, project: Record, who: Record, level: str) -> Record:
    """Let a user or a team into a project; who is in stays in, with the rights they had."""
    known = _membership(world, project, who["gid"])
    if known is not None:
        return known
    record = {"project": project["gid"], "member": who["gid"], "access_level": level}
    membership = world.store.add("project_membership", record)
    _set_level(membership, level)
    return membership


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
        known = _membership(request.world, project, user["gid"])
        if known is not None:
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
    memberships = request.world.store.by("project_membership", "project", project["gid"])
    return Listing(of_user(request, memberships, "member"))


@route("GET", "/memberships")
def get_memberships(request: Request) -> Listing:
    """Asana's getMemberships: of a parent, of a member, or of both."""
    query, store = request.query, request.world.store
    if query.get("parent"):
        project = named(request, "parent", query["parent"], "project")
        memberships = store.by("project_membership", "project", project["gid"])
        if query.get("member"):
            who = _asked(request)
            memberships = [one for one in memberships if one["member"] == who]
    elif query.get("member"):
        who = _asked(request)
        memberships = store.by("project_membership", "member", who)
    else:
        raise one_of("parent", "member")
    return Listing([_unified(one) for one in memberships])


@route("POST", "/memberships", required=("parent", "member"))
def create_membership(request: Request) -> Single:
    """Asana's createMembership: users and teams, into projects."""
    data = read_body(request, "membership", "create")
    project = named(request, "parent", data["parent"], "project")
    level = data.get("access_level", data.get("role", project["default_access_level"]))
    if level not in _LEVELS:
        raise not_allowed("access_level", level)
    who = _team(request, data["member"])
    if who is None:
        workspace = request.world.store[project["workspace"]]
        who = member(request, "member", data["member"], workspace)
    membership = join_project(request.world, project, who, level)
    return Single(_unified(membership), 201)


@route("GET", "/memberships/{membership_gid}")
def get_membership(request: Request) -> Single:
    """Asana's getMembership."""
    return Single(_unified(_in_path(request)))


@route("PUT", "/memberships/{membership_gid}")
def update_membership(request: Request) -> Single:
    """Asana's updateMembership: the access level."""
    membership = _in_path(request)
    data = read_body(request, "membership", "update")
    if "access_level" not in data:
        raise missing("access_level")
    _set_level(membership, data["access_level"])
    return Single(_unified(membership))


@route("DELETE", "/memberships/{membership_gid}")
def delete_membership(request: Request) -> Plain:
    """Asana's deleteMembership."""
    request.world.store.remove(_in_path(request))
    return EMPTY


def _join(request: Request, project: Record, user: Record) -> None:
    if _membership(request.world, project, user["gid"]) is None:
        join_project(request.world, project, user, project["default_access_level"])
        changed(request, project, "members", added_value=user)


def _membership(world: World, project: Record, who: str) -> Record | None:
    memberships = world.store.by("project_membership", "member", who)
    return next((one for one in memberships if one["project"] == project["gid"]), None)


def _set_level(membership: Record, level: str) -> None:
    writes = "full_write" if level in {"admin", "editor"} else "comment_only"
    membership.update(access_level=level, write_access=writes)


def _people(request: Request, field: str) -> tuple[Record, list[Record]]:
    data = only(request, field)
    project = in_path(request, "project")
    workspace = request.world.store[project["workspace"]]
    return project, members(request, field, data[field], workspace)


def _team(request: Request, value: object) -> Record | None:
    return request.world.store.get("team", value) if isinstance(value, str) else None


def _asked(request: Request) -> str:
    """Give the gid of the user or the team that the query asks about."""
    sent = request.query["member"]
    who = _team(request, sent) or named(request, "member", sent, "user")
    return str(who["gid"])


def _in_path(request: Request) -> Record:
    gid = request.path["membership_gid"]
    found = request.world.store.find(gid)
    if found is None:
        raise unknown_object("membership", gid, in_path=True)
    if found["resource_type"] != "project_membership":
        raise not_recognized("membership", gid, in_path=True)
    return found


def _unified(membership: Record) -> Record:
    """Show a project membership as the newer routes do."""
    return {
        "gid": membership["gid"],
        "resource_type": "membership",
        "resource_subtype": "project_membership",
        "parent": membership["project"],
        "member": membership["member"],
        "access_level": membership["access_level"],
    }
