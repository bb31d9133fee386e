"""Roles of a workspace: what whom is permitted, defined by its administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require_admin
from asana_sandbox.areas.workspaces import workspace_asked
from asana_sandbox.body import flag, read_body
from asana_sandbox.errors import ApiError, bad_request, missing, not_allowed, wrong_type
from asana_sandbox.facts import KINDS
from asana_sandbox.facts.roles import GRADED, SWITCHED
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.standard_roles import permissions_of
from asana_sandbox.telling import touch

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("GET", "/roles")
def get_roles(request: Request) -> Listing:
    """Asana's getRoles; its `archived` is that of projects, and no role is archived."""
    workspace = workspace_asked(request)
    if flag("archived", request.query.get("archived", False)):
        return Listing([])
    return Listing(request.world.store.by("role", "workspace", workspace["gid"]))


@route("POST", "/roles", required=("name", "description", "base_role_type", "workspace"))
def create_role(request: Request) -> Single:
    """Asana's createRole: what it does not say is permitted as the base role type permits it."""
    data = read_body(request, "role", "create")
    workspace = named(request, "workspace", data["workspace"], "workspace")
    _require_keeper(request, workspace["gid"])
    permitted = _checked(data)
    now = request.world.clock.stamp()
    record = {
        **KINDS["role"].blank(),
        **data,
        "permissions": permissions_of(data["base_role_type"]) | permitted,
        "creation_time": now,
        "modified_at": now,
        "workspace": workspace["gid"],
    }
    return Single(request.world.store.add("role", record), 201)


@route("GET", "/roles/{role_gid}")
def get_role(request: Request) -> Single:
    """Asana's getRole."""
    return Single(in_path(request, "role"))


@route("PUT", "/roles/{role_gid}")
def update_role(request: Request) -> Single:
    """Asana's updateRole: only the fields and permissions sent change."""
    role = _custom(request)
    data = read_body(request, "role", "update")
    permitted = _checked(data)
    role.update(data | {"permissions": role["permissions"] | permitted})
    touch(request, role)
    return Single(role)


@route("DELETE", "/roles/{role_gid}")
def delete_role(request: Request) -> Plain:
    """Asana's deleteRole."""
    request.world.store.remove(_custom(request))
    return EMPTY


def _custom(request: Request) -> Record:
    """Give the role that the path names, unless it is one that every workspace has.

    Asana's texts speak of standard and custom roles; that the former cannot be changed, and the
    wording of the refusal, are ours.
    """
    role = in_path(request, "role")
    _require_keeper(request, role["workspace"])
    if role["is_standard_role"]:
        raise ApiError(403, "Standard roles cannot be changed.")
    return role


def _require_keeper(request: Request, workspace: str) -> None:
    """Refuse who is no administrator: super admins define roles (Asana's OpenAPI, on roles)."""
    require_admin(request, request.world.store[workspace], "manage roles")


def _checked(data: dict[str, Any]) -> dict[str, Any]:
    """Check a body, and give its permissions."""
    if not data.get("name", "unchanged"):
        raise missing("name")
    if data.get("is_standard_role"):
        raise bad_request("is_standard_role: Only Asana makes standard roles")
    sent = data.get("permissions", {})
    if not isinstance(sent, dict):
        raise wrong_type("permissions", sent, "a JSON object")
    return {name: _permission(name, value) for name, value in sent.items()}


def _permission(name: str, value: Any) -> Any:
    if name in SWITCHED:
        return flag(f"permissions.{name}", value)
    if name not in GRADED:
        raise not_allowed("permissions", name)
    if value not in GRADED[name]:
        raise not_allowed(f"permissions.{name}", value)
    return value
