"""The audit log of an organization, for its service accounts."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from asana_sandbox.access import require_service_account
from asana_sandbox.audit import entries
from asana_sandbox.body import moment
from asana_sandbox.errors import not_allowed, offset_invalid
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Feed, Request, route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asana_sandbox.store import Record

_PAGE = 1000
"""Entries of a page where no `limit` is sent (Asana's OpenAPI, getAuditLogEvents)."""

_ACTOR_TYPES = frozenset({"anonymous", "asana", "asana_support", "external_administrator", "user"})
_SHOWN = (
    "gid",
    "created_at",
    "event_type",
    "event_category",
    "actor",
    "resource",
    "details",
    "context",
)


@route("GET", "/workspaces/{workspace_gid}/audit_log_events", paged=False)
def get_audit_log_events(request: Request) -> Feed:
    """Asana's getAuditLogEvents: oldest first, and on from the last one at any later time.

    The offset names the last entry given, so that it holds for as long as people poll with it;
    it is repeated where nothing follows. That is how Asana's OpenAPI tells it.
    """
    workspace = in_path(request, "workspace")
    require_service_account(request)
    offset = request.query.get("offset")
    behind = _place(offset) if offset else ("", 0)
    matching = list(_matching(request, entries(request.world, workspace["gid"])))
    waiting = [entry for entry in matching if _position(entry) > behind]
    page = waiting[: int(request.query.get("limit", _PAGE))]
    last = page[-1] if page else None
    shown = [{name: entry[name] for name in _SHOWN} for entry in page]
    return Feed(shown, _offset(last) if last else offset)


def _matching(request: Request, found: list[Record]) -> Iterator[Record]:
    query = request.query
    times = {name: moment(name, query[name]) for name in ("start_at", "end_at") if name in query}
    if query.get("actor_type", "user") not in _ACTOR_TYPES:
        raise not_allowed("actor_type", query["actor_type"])
    wanted = {
        ("event_type", None): query.get("event_type"),
        ("actor", "actor_type"): query.get("actor_type"),
        ("actor", "gid"): query.get("actor_gid"),
        ("resource", "gid"): query.get("resource_gid"),
    }
    asked = {place: value for place, value in wanted.items() if value is not None}
    for entry in found:
        in_time = (times.get("start_at") or "") <= entry["created_at"]
        in_time = in_time and entry["created_at"] < (times.get("end_at") or "~")
        if in_time and all(_at(entry, *place) == value for place, value in asked.items()):
            yield entry


def _at(entry: Record, field: str, inner: str | None) -> object:
    return entry[field] if inner is None else entry[field].get(inner)


def _position(entry: Record) -> tuple[str, int]:
    return entry["created_at"], int(entry["gid"])


def _offset(entry: Record) -> str:
    return base64.urlsafe_b64encode(f"{entry['created_at']} {entry['gid']}".encode()).decode()


def _place(offset: str) -> tuple[str, int]:
    try:
        created_at, gid = base64.urlsafe_b64decode(offset.encode()).decode().split(" ")
        return created_at, int(gid)
    except (binascii.Error, UnicodeError, ValueError):
        raise offset_invalid() from None
