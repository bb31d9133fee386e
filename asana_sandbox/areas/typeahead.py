"""Typeahead: objects of a workspace whose names hold what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import seen
from asana_sandbox.areas.people import workspace_users
from asana_sandbox.errors import bad_request, not_allowed
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Listing, Request, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_INDEXED_BY = {
    "agent": "workspace",
    "custom_field": "workspace",
    "goal": "workspace",
    "portfolio": "workspace",
    "project": "workspace",
    "project_template": "workspace",
    "tag": "workspace",
    "task": "workspace",
    "team": "organization",
}
_USUAL, _MOST = 20, 100


@route("GET", "/workspaces/{workspace_gid}/typeahead", paged=False, required=("resource_type",))
def typeahead(request: Request) -> Listing:
    """Asana's typeaheadForWorkspace: one type at a time, the latest used first."""
    workspace = in_path(request, "workspace")
    kind = request.query["resource_type"]
    try:
        count = int(request.query.get("count", _USUAL))
    except ValueError:
        count = 0
    if not 1 <= count <= _MOST:
        raise bad_request(f"count: Must be from 1 to {_MOST}")
    typed = request.query.get("query", "").casefold()
    records = _all(request, workspace, kind)
    found = [record for record in reversed(records) if _fits(record, typed)]
    return Listing(seen(request, found)[:count])


def _all(request: Request, workspace: Record, kind: str) -> list[Record]:
    if kind in {"actor", "user"}:
        return workspace_users(request, workspace)
    if kind not in _INDEXED_BY:
        raise not_allowed("resource_type", kind)
    return request.world.store.by(kind, _INDEXED_BY[kind], workspace["gid"])


def _fits(record: Record, typed: str) -> bool:
    name = record["name"].casefold()
    by_mail = typed and str(record.get("email", "")).startswith(typed)
    return bool(by_mail or typed in name)
