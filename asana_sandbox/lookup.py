"""Finding what a request names, in its path, its query or its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require
from asana_sandbox.belonging import workspace_membership
from asana_sandbox.errors import (
    not_a_gid_type,
    not_in_domain,
    not_recognized,
    unknown_object,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record


def in_path(request: Request, kind: str, called: str = "") -> Record:
    """Give the object that the path's `<kind>_gid` names, or `<called>_gid` where given.

    Raises:
        ApiError: 404 when there is none of that kind, 403 when the user may not see it.
    """
    called = called or kind
    record = _find(request, called, request.path[f"{called}_gid"], kind, in_path=True)
    require(request, record)
    return record


def named(request: Request, field: str, value: Any, kind: str) -> Record:
    """Give the object that a value of the query or the body names.

    Raises:
        ApiError: 400 when there is none of that kind, 403 when the user may not see it.
    """
    record = _find(request, field, value, kind, in_path=False)
    require(request, record)
    return record


def named_one_of(request: Request, field: str, value: Any, kinds: Collection[str]) -> Record:
    """Give the object that a value names, which may be of any of the kinds.

    Raises:
        ApiError: 400 when there is none of these kinds, 403 when the user may not see it.
    """
    found = request.world.store.find(value) if isinstance(value, str) else None
    first = next(iter(kinds))
    kind = found["resource_type"] if found else first
    return named(request, field, value, kind if kind in kinds else first)


def each_named(request: Request, field: str, value: Any, kind: str) -> list[Record]:
    """Give the objects that a list names, each once; text is read as gids between commas."""
    found = {}
    for index, one in enumerate(listed(field, value)):
        record = named(request, f"{field}: [{index}]", one, kind)
        found[record["gid"]] = record
    return list(found.values())


def of_user(request: Request, memberships: list[Record], field: str = "user") -> list[Record]:
    """Leave of memberships those of the user that the query names, or all when it names none."""
    if not request.query.get("user"):
        return memberships
    user = named(request, "user", request.query["user"], "user")
    return [one for one in memberships if one[field] == user["gid"]]


def listed(field: str, value: Any) -> list[Any]:
    """Read a list, or the comma-separated text that forms and some schemas have in its place."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise wrong_type(field, value, "an array")
    return value


def member(request: Request, field: str, value: Any, workspace: Record) -> Record:
    """Give the user that a value names, who must be in the workspace.

    Raises:
        ApiError: 400 when nobody there bears the gid or the e-mail.
    """
    world = request.world
    if isinstance(value, str) and "@" in value:
        user = world.user_by_email(value)
    else:
        user = _find(request, field, value, "user", in_path=False)
    if user is None or not workspace_membership(world, workspace["gid"], user["gid"]):
        raise not_in_domain(field, value, workspace)
    return user


def members(request: Request, field: str, value: Any, workspace: Record) -> list[Record]:
    """Give the users that a list names, each once, all in the workspace."""
    users = (member(request, field, one, workspace) for one in listed(field, value))
    return list({user["gid"]: user for user in users}.values())


def _find(request: Request, field: str, value: Any, kind: str, *, in_path: bool) -> Record:
    if not isinstance(value, str):
        raise not_a_gid_type(field, value)
    record = _known(request, value, kind)
    if record is not None and record["resource_type"] == kind:
        return record
    digits = value.isascii() and value.isdigit()
    number = value.lstrip("0") if digits else ""
    if record is None and number:
        raise unknown_object(field, value, in_path=in_path)
    raise not_recognized(field, (number or "0") if digits else value, in_path=in_path)


def _known(request: Request, value: str, kind: str) -> Record | None:
    store = request.world.store
    if kind == "user" and value == "me":
        return request.user
    if kind == "user" and "@" in value:
        return request.world.user_by_email(value)
    if kind == "task" and value.startswith("external:") and request.app:
        key = f"{request.app}:{value.removeprefix('external:')}"
        return next(iter(store.by("task", "external_key", key)), None)
    return store.find(value)
