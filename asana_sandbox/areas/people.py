"""Users, their memberships of workspaces, and their lists of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import seen, workspace_of
from asana_sandbox.areas.workspaces import workspace_asked
from asana_sandbox.belonging import workspace_membership
from asana_sandbox.body import read_body
from asana_sandbox.errors import ApiError, bad_request, not_allowed, unknown_object
from asana_sandbox.lookup import in_path, named, of_user
from asana_sandbox.planting import FAVORITES
from asana_sandbox.routing import Listing, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_CAP = 2000
"""Users that a list by workspace or team ends after (Asana's OpenAPI, getUsersForWorkspace)."""


@route("GET", "/users")
def get_users(request: Request) -> Listing:
    """Asana's getUsers: in the order of their gids."""
    if request.query.get("team"):
        users = team_users(request, named(request, "team", request.query["team"], "team"))
    else:
        users = workspace_users(request, workspace_asked(request))
    return Listing(sorted(users, key=lambda user: int(user["gid"])))


@route("PUT", "/users/{user_gid}")
def update_user(request: Request) -> Single:
    """Asana's updateUser: people name themselves."""
    return _update(request, in_path(request, "user"))


@route("GET", "/workspaces/{workspace_gid}/users", paged=False)
def get_users_for_workspace(request: Request) -> Listing:
    """Asana's getUsersForWorkspace: by name, at most 2,000."""
    return _by_name(workspace_users(request, in_path(request, "workspace")))


@route("GET", "/workspaces/{workspace_gid}/users/{user_gid}")
def get_user_for_workspace(request: Request) -> Single:
    """Asana's getUserForWorkspace."""
    return Single(_user_here(request))


@route("PUT", "/workspaces/{workspace_gid}/users/{user_gid}")
def update_user_for_workspace(request: Request) -> Single:
    """Asana's updateUserForWorkspace."""
    return _update(request, _user_here(request))


@route("GET", "/teams/{team_gid}/users", paged=False)
def get_users_for_team(request: Request) -> Listing:
    """Asana's getUsersForTeam: by name, at most 2,000."""
    return _by_name(team_users(request, in_path(request, "team")))


@route("GET", "/users/{user_gid}/user_task_list", required=("workspace",))
def get_user_task_list_for_user(request: Request) -> Single:
    """Asana's getUserTaskListForUser."""
    user = in_path(request, "user")
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    membership = workspace_membership(request.world, workspace["gid"], user["gid"])
    if membership is None:
        raise unknown_object("user", user["gid"], in_path=True)
    return Single(request.world.store[membership["user_task_list"]])


@route("GET", "/users/{user_gid}/favorites", required=("resource_type", "workspace"))
def get_favorites(request: Request) -> Listing:
    """Asana's getFavoritesForUser: one's own only; nothing in the API makes a favorite."""
    if in_path(request, "user") is not request.user:
        raise ApiError(403, "You can only see your own favorites.")
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    kind, world = request.query["resource_type"], request.world
    if kind not in FAVORITES:
        raise not_allowed("resource_type", kind)
    marked = world.store.by("favorite", "user", request.user["gid"])
    found = (world.store.get(kind, one["resource"]) for one in marked)
    return Listing(seen(request, [one for one in found if one and _is_in(world, workspace, one)]))


@route("GET", "/users/{user_gid}/workspace_memberships")
def get_workspace_memberships_for_user(request: Request) -> Listing:
    """Asana's getWorkspaceMembershipsForUser: those in workspaces the caller is in too."""
    user = in_path(request, "user")
    memberships = request.world.store.by("workspace_membership", "user", user["gid"])
    return Listing(seen(request, memberships))


@route("GET", "/workspaces/{workspace_gid}/workspace_memberships")
def get_workspace_memberships_for_workspace(request: Request) -> Listing:
    """Asana's getWorkspaceMembershipsForWorkspace, which may be asked about one user."""
    workspace = in_path(request, "workspace")
    store = request.world.store
    memberships = store.by("workspace_membership", "workspace", workspace["gid"])
    return Listing(of_user(request, memberships))


def _is_in(world: World, workspace: Record, record: Record) -> bool:
    if record["resource_type"] == "user":
        return workspace_membership(world, workspace["gid"], record["gid"]) is not None
    return bool(workspace_of(world, record) == workspace["gid"])


def workspace_users(request: Request, workspace: Record) -> list[Record]:
    """Give the users of a workspace."""
    store = request.world.store
    memberships = store.by("workspace_membership", "workspace", workspace["gid"])
    return [store[membership["user"]] for membership in memberships]


def team_users(request: Request, team: Record) -> list[Record]:
    """Give the users of a team."""
    store = request.world.store
    return [store[one["user"]] for one in store.by("team_membership", "team", team["gid"])]


def _by_name(users: list[Record]) -> Listing:
    return Listing(sorted(users, key=lambda user: str(user["name"]).casefold())[:_CAP])


def _user_here(request: Request) -> Record:
    workspace, user = in_path(request, "workspace"), in_path(request, "user")
    if workspace_membership(request.world, workspace["gid"], user["gid"]) is None:
        raise unknown_object("user", user["gid"], in_path=True)
    return user


def _update(request: Request, user: Record) -> Single:
    data = read_body(request, "user", "update")
    if user is not request.user:
        raise ApiError(403, "You can only change your own name.")
    if data.get("custom_fields"):
        raise bad_request("custom_fields: Users of the sandbox have no custom fields")
    user["name"] = data.get("name") or user["name"]
    return Single(user)
