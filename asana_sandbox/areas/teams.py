"""Teams of an organization and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.areas.workspaces import organization, workspace_asked
from asana_sandbox.belonging import is_guest, join_team, team_membership
from asana_sandbox.body import only, read_body
from asana_sandbox.errors import forbidden, missing, one_of
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, member, named, of_user
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("GET", "/workspaces/{workspace_gid}/teams")
def get_teams_for_workspace(request: Request) -> Listing:
    """Asana's getTeamsForWorkspace: those the user may see."""
    workspace = in_path(request, "workspace")
    store = request.world.store
    teams = store.by("team", "organization", workspace["gid"])
    return Listing([team for team in teams if _visible(request, team)])


@route("GET", "/users/{user_gid}/teams", required=("organization",))
def get_teams_for_user(request: Request) -> Listing:
    """Asana's getTeamsForUser."""
    user, store = in_path(request, "user"), request.world.store
    home = named(request, "organization", request.query["organization"], "workspace")
    memberships = store.by("team_membership", "user", user["gid"])
    teams = [store[membership["team"]] for membership in memberships]
    return Listing([team for team in teams if team["organization"] == home["gid"]])


@route("POST", "/teams")
def create_team(request: Request) -> Single:
    """Asana's createTeam; who makes a team is in it."""
    data = read_body(request, "team", "create")
    home = organization(workspace_asked(request, "organization"), "organization")
    if not data.get("name"):
        raise missing("name")
    record = {**KINDS["team"].blank(), **data, "organization": home["gid"]}
    team = request.world.store.add("team", record)
    join_team(request.world, team, request.user, is_admin=True)
    request.world.emit(request.user, team, "added", parent=home)
    return Single(team, 201)


@route("PUT", "/teams/{team_gid}")
def update_team(request: Request) -> Single:
    """Asana's updateTeam."""
    team = in_path(request, "team")
    data = read_body(request, "team", "update")
    if "organization" in data:
        home = named(request, "organization", data["organization"], "workspace")
        data["organization"] = organization(home, "organization")["gid"]
    request.world.store.update(team, **data)
    for field in data:
        changed(request, team, field)
    return Single(team)


@route("POST", "/teams/{team_gid}/addUser", required=("user",))
def add_user(request: Request) -> Single:
    """Asana's addUserForTeam: by a member, somebody of the organization."""
    team, user = _team_and_user(request)
    known = team_membership(request.world, team["gid"], user["gid"])
    membership = known or join_team(request.world, team, user)
    if known is None:
        request.world.emit(request.user, membership, "added", parent=team)
    return Single(membership)


@route("POST", "/teams/{team_gid}/removeUser", required=("user",))
def remove_user(request: Request) -> Plain:
    """Asana's removeUserForTeam: by a member."""
    team, user = _team_and_user(request)
    known = team_membership(request.world, team["gid"], user["gid"])
    if known is not None:
        request.world.emit(request.user, known, "removed", parent=team)
        request.world.store.remove(known)
    return EMPTY


@route("GET", "/team_memberships")
def get_team_memberships(request: Request) -> Listing:
    """Asana's getTeamMemberships: of a team, or of a user in a workspace, or both."""
    query = request.query
    if query.get("team"):
        team = named(request, "team", query["team"], "team")
        known = request.world.store.by("team_membership", "team", team["gid"])
        memberships = of_user(request, known)
    elif query.get("user") and query.get("workspace"):
        memberships = _of_user(request, named(request, "user", query["user"], "user"))
    else:
        raise one_of("team", "user and workspace")
    return Listing(memberships)


@route("GET", "/teams/{team_gid}/team_memberships")
def get_team_memberships_for_team(request: Request) -> Listing:
    """Asana's getTeamMembershipsForTeam."""
    team = in_path(request, "team")
    memberships = request.world.store.by("team_membership", "team", team["gid"])
    return Listing(memberships)


@route("GET", "/users/{user_gid}/team_memberships", required=("workspace",))
def get_team_memberships_for_user(request: Request) -> Listing:
    """Asana's getTeamMembershipsForUser."""
    return Listing(_of_user(request, in_path(request, "user")))


def _of_user(request: Request, user: Record) -> list[Record]:
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    store = request.world.store
    return [
        one
        for one in store.by("team_membership", "user", user["gid"])
        if store[one["team"]]["organization"] == workspace["gid"]
    ]


def _visible(request: Request, team: Record) -> bool:
    world, user = request.world, request.user["gid"]
    mine = team_membership(world, team["gid"], user)
    is_open = team["visibility"] != "secret" and not is_guest(world, team["organization"], user)
    return request.service_account or is_open or mine is not None


def _team_and_user(request: Request) -> tuple[Record, Record]:
    sent = only(request, "user")["user"]
    team = in_path(request, "team")
    if team_membership(request.world, team["gid"], request.user["gid"]) is None:
        raise forbidden("team")
    home = request.world.store[team["organization"]]
    return team, member(request, "user", sent, home)
