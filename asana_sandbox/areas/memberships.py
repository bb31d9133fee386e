"""Memberships: users and teams in whatever people share, all in one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require, seen
from asana_sandbox.body import read_body
from asana_sandbox.errors import missing, not_allowed, not_recognized, one_of, unknown_object
from asana_sandbox.facts.memberships import LEVELS
from asana_sandbox.lookup import member, named, named_one_of
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.sharing import join, membership_of, memberships

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_OF_TEAMS = "project_membership"
"""The only memberships that can be asked for without what they are in."""


@route("GET", "/memberships")
def get_memberships(request: Request) -> Listing:
    """Asana's getMemberships: of what is shared, or of a team in all its projects."""
    query, store = request.query, request.world.store
    if query.get("parent"):
        shared = named_one_of(request, "parent", query["parent"], LEVELS)
        found = memberships(request.world, shared)
        if query.get("member"):
            who = named_one_of(request, "member", query["member"], ("user", "team"))["gid"]
            found = [one for one in found if one["member"] == who]
    elif query.get("member"):
        if "resource_subtype" not in query:
            raise missing("resource_subtype")
        if query["resource_subtype"] != _OF_TEAMS:
            raise not_allowed("resource_subtype", query["resource_subtype"])
        team = named(request, "member", query["member"], "team")
        found = seen(request, store.by(_OF_TEAMS, "member", team["gid"]))
    else:
        raise one_of("parent", "member")
    return Listing([_unified(request, one) for one in found])


@route("POST", "/memberships", required=("parent", "member"))
def create_membership(request: Request) -> Single:
    """Asana's createMembership: users and teams, into anything that can be shared."""
    data = read_body(request, "membership", "create")
    shared = named_one_of(request, "parent", data["parent"], LEVELS)
    level = data.get("access_level") or data.get("role") or _usual(shared)
    _check(shared, level)
    workspace = request.world.store[shared["workspace"]]
    if isinstance(data["member"], str) and request.world.store.get("team", data["member"]):
        who = named(request, "member", data["member"], "team")
    else:
        who = member(request, "member", data["member"], workspace)
    known = membership_of(request.world, shared, who["gid"])
    membership = known or join(request.world, shared, who, level)
    if known is None:
        request.world.emit(request.user, membership, "added", parent=shared)
    return Single(_unified(request, membership), 201)


@route("GET", "/memberships/{membership_gid}")
def get_membership(request: Request) -> Single:
    """Asana's getMembership."""
    return Single(_unified(request, _in_path(request)))


@route("PUT", "/memberships/{membership_gid}")
def update_membership(request: Request) -> Single:
    """Asana's updateMembership: the access level."""
    membership = _in_path(request)
    data = read_body(request, "membership", "update")
    if "access_level" not in data:
        raise missing("access_level")
    _check(request.world.store[membership["parent"]], data["access_level"])
    membership["access_level"] = data["access_level"]
    return Single(_unified(request, membership))


@route("DELETE", "/memberships/{membership_gid}")
def delete_membership(request: Request) -> Plain:
    """Asana's deleteMembership."""
    membership = _in_path(request)
    shared = request.world.store[membership["parent"]]
    request.world.emit(request.user, membership, "removed", parent=shared)
    request.world.store.remove(membership)
    return EMPTY


def _usual(shared: Record) -> str:
    return str(shared.get("default_access_level") or LEVELS[shared["resource_type"]][0])


def _check(shared: Record, level: Any) -> None:
    if level not in LEVELS[shared["resource_type"]]:
        raise not_allowed("access_level", level)


def _in_path(request: Request) -> Record:
    gid = request.path["membership_gid"]
    found = request.world.store.find(gid)
    if found is None:
        raise unknown_object("membership", gid, in_path=True)
    if found["resource_type"] not in {f"{kind}_membership" for kind in LEVELS}:
        raise not_recognized("membership", gid, in_path=True)
    require(request, found)
    return found


def _unified(request: Request, membership: Record) -> Record:
    """Show a membership of any kind as these routes do; those of goals have more to them."""
    shown = {**membership, "resource_type": "membership"}
    shown["resource_subtype"] = membership["resource_type"]
    if membership["resource_type"] == "goal_membership":
        store, level = request.world.store, membership["access_level"]
        shown["goal"] = membership["parent"]
        shown["workspace"] = store[membership["parent"]]["workspace"]
        shown["role"] = "editor" if level in {"admin", "editor"} else "commenter"
        if store.get("user", membership["member"]):
            shown["user"] = membership["member"]
    return shown
