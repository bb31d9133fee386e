"""Workspaces and organizations, and who is let in and put out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import require_admin
from asana_sandbox.belonging import join_workspace, leave_workspace, new_user, workspace_membership
from asana_sandbox.body import only, read_body
from asana_sandbox.errors import bad_request, missing
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.shape import parse_fields

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("GET", "/workspaces")
def get_workspaces(request: Request) -> Listing:
    """Asana's getWorkspaces: those the user is in."""
    return Listing(own_workspaces(request))


@route("PUT", "/workspaces/{workspace_gid}")
def update_workspace(request: Request) -> Single:
    """Asana's updateWorkspace: only the name."""
    workspace = in_path(request, "workspace")
    workspace.update(read_body(request, "workspace", "update"))
    return Single(workspace)


@route("POST", "/workspaces/{workspace_gid}/addUser", required=("user",))
def add_user(request: Request) -> Single:
    """Asana's addUserForWorkspace: an e-mail that nobody has invites its owner."""
    sent = only(request, "user")["user"]
    workspace = in_path(request, "workspace")
    user = None
    if isinstance(sent, str) and "@" in sent:
        known = request.world.user_by_email(sent)
        user = known or new_user(request.world, sent.partition("@")[0], sent)
    else:
        user = named(request, "user", sent, "user")
    known = workspace_membership(request.world, workspace["gid"], user["gid"])
    membership = join_workspace(request.world, workspace, user)
    if known is None:
        for one in (user, membership):
            request.world.emit(request.user, one, "added", parent=workspace)
    if request.fields is None:
        request.fields = parse_fields(_ADDED)
    return Single(user)


_ADDED = "resource_type,name,email,photo"
"""What the answer shows of the user: no workspaces (Asana's OpenAPI, UserBaseResponse)."""


@route("POST", "/workspaces/{workspace_gid}/removeUser", required=("user",))
def remove_user(request: Request) -> Plain:
    """Asana's removeUserForWorkspace: for admins."""
    sent = only(request, "user")["user"]
    workspace = in_path(request, "workspace")
    require_admin(request, workspace, "remove users from a workspace")
    user = named(request, "user", sent, "user")
    theirs = workspace_membership(request.world, workspace["gid"], user["gid"])
    leave_workspace(request.world, workspace, user)
    for one in (user, theirs):
        if one is not None:
            request.world.emit(request.user, one, "removed", parent=workspace)
    return EMPTY


def own_workspaces(request: Request) -> list[Record]:
    """Give the workspaces the user is in."""
    store = request.world.store
    memberships = store.by("workspace_membership", "user", request.user["gid"])
    return [store[membership["workspace"]] for membership in memberships]


def workspace_asked(request: Request, field: str = "workspace") -> Record:
    """Give the workspace of a list or of a new object, unsaid while the user is in one only.

    Args:
        request: Whose query (of a GET) or body names it.
        field: The name it goes by there.

    Raises:
        ApiError: 400 where a user of several names none (Asana's notice on the deprecation of
            lists across workspaces).
    """
    sent = request.query if request.method == "GET" else request.data
    if sent.get(field) not in (None, ""):
        return named(request, field, sent[field], "workspace")
    mine = own_workspaces(request)
    if len(mine) != 1:
        raise missing(field)
    return mine[0]


def organization(workspace: Record, field: str) -> Record:
    """Refuse a workspace that cannot have teams.

    Raises:
        ApiError: 400.
    """
    if not workspace["is_organization"]:
        raise bad_request(f"{field}: Only organizations have teams")
    return workspace
