"""Requests for access: asking to be let into what is private, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require, sees, workspace_of
from asana_sandbox.belonging import workspace_membership
from asana_sandbox.body import read_body
from asana_sandbox.derived import derived
from asana_sandbox.errors import (
    bad_request,
    forbidden,
    not_a_gid_type,
    not_recognized,
    unknown_object,
)
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, of_user
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.sharing import join

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_PAID = "Access requests are not available for free users."
"""Asana's OpenAPI names the 402; the wording is ours, after that for custom fields."""

_ASKABLE = frozenset({"portfolio", "project"})


@route("GET", "/access_requests", paged=False, required=("target",), paid=_PAID)
def get_access_requests(request: Request) -> Listing:
    """Asana's getAccessRequests: those that wait for an answer."""
    target = _target(request, request.query["target"])
    require(request, target)
    known = request.world.store.by("access_request", "target", target["gid"])
    waiting = [one for one in known if one["approval_status"] == "pending"]
    return Listing(of_user(request, waiting, "requester"))


@route("POST", "/access_requests", required=("target",), paid=_PAID)
def create_access_request(request: Request) -> Single:
    """Asana's createAccessRequest: by somebody of the workspace who does not see the target."""
    data = read_body(request, "access_request", "create")
    world, target = request.world, _target(request, data["target"])
    home = workspace_of(world, target)
    if home is None or workspace_membership(world, home, request.user["gid"]) is None:
        raise forbidden(target["resource_type"])
    if sees(request, target):
        raise bad_request("target: You already have access to it")
    known = world.store.by("access_request", "target", target["gid"])
    if any(_waits(one) and one["requester"] == request.user["gid"] for one in known):
        raise bad_request("target: You have already asked for access to it")
    asked = {**KINDS["access_request"].blank(), **data}
    asked |= {"target": target["gid"], "requester": request.user["gid"]}
    return Single(world.store.add("access_request", asked), 201)


@route("POST", "/access_requests/{access_request_gid}/approve")
def approve_access_request(request: Request) -> Plain:
    """Asana's approveAccessRequest: who asked is let in."""
    asked = _settle(request, "approved")
    world = request.world
    target, who = (world.store[asked[name]] for name in ("target", "requester"))
    membership = join(world, target, who, target.get("default_access_level") or "viewer")
    world.emit(request.user, membership, "added", parent=target)
    return EMPTY


@route("POST", "/access_requests/{access_request_gid}/reject")
def reject_access_request(request: Request) -> Plain:
    """Asana's rejectAccessRequest."""
    _settle(request, "denied")
    return EMPTY


@derived("access_request", "target")
def _target_shown(world: World, asked: Record, _viewer: Record) -> dict[str, Any] | None:
    target = world.store.find(asked["target"])
    return target and {name: target[name] for name in ("gid", "resource_type")}


def _settle(request: Request, status: str) -> Record:
    """Answer a request once; who sees the target may."""
    asked = in_path(request, "access_request")
    if not _waits(asked):
        raise bad_request(f"The access request has been {asked['approval_status']} already")
    asked["approval_status"] = status
    return asked


def _waits(asked: Record) -> bool:
    return bool(asked["approval_status"] == "pending")


def _target(request: Request, gid: Any) -> Record:
    if not isinstance(gid, str):
        raise not_a_gid_type("target", gid)
    found = request.world.store.find(gid)
    if found is None:
        raise unknown_object("target", gid)
    if found["resource_type"] not in _ASKABLE:
        raise not_recognized("target", gid)
    return found
