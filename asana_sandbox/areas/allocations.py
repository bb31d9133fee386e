"""Allocations: how much of a person or a placeholder a project is planned to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import number, read_body
from asana_sandbox.dates import settle_span
from asana_sandbox.errors import missing, not_allowed, one_of, wrong_type
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named
from asana_sandbox.placeholders import person_or_placeholder
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_PAID = "Allocations are not available for free users."
"""What the free plan is told; the wording is ours."""
_EFFORTS = ("hours", "percent")


@route("GET", "/allocations", paid=_PAID)
def get_allocations(request: Request) -> Listing:
    """Asana's getAllocations: of a project, or of somebody in a workspace, or both."""
    query, store = request.query, request.world.store
    if query.get("parent"):
        project = named(request, "parent", query["parent"], "project")
        found = store.by("allocation", "parent", project["gid"])
        workspace = store[project["workspace"]]
    elif not query.get("assignee"):
        raise one_of("parent", "assignee and workspace")
    elif not query.get("workspace"):
        raise missing("workspace")
    else:
        found = store.all("allocation")
        workspace = named(request, "workspace", query["workspace"], "workspace")
    if query.get("assignee"):
        who = person_or_placeholder(request, "assignee", query["assignee"], workspace)
        found = [one for one in found if one["assignee"] == who["gid"]]
    here = [one for one in found if store[one["parent"]]["workspace"] == workspace["gid"]]
    return Listing(seen(request, here))


@route(
    "POST", "/allocations", required=("assignee", "end_date", "parent", "start_date"), paid=_PAID
)
def create_allocation(request: Request) -> Single:
    """Asana's createAllocation."""
    data = read_body(request, "allocation", "create")
    settle_span(data)
    record = {
        **KINDS["allocation"].blank(),
        **_resolved(request, data),
        "created_by": request.user["gid"],
        "resource_subtype": "project_allocation",
    }
    return Single(request.world.store.add("allocation", record), 201)


@route("GET", "/allocations/{allocation_gid}", paid=_PAID)
def get_allocation(request: Request) -> Single:
    """Asana's getAllocation."""
    return Single(in_path(request, "allocation"))


@route("PUT", "/allocations/{allocation_gid}", paid=_PAID)
def update_allocation(request: Request) -> Single:
    """Asana's updateAllocation: only the fields sent change."""
    allocation = in_path(request, "allocation")
    data = read_body(request, "allocation", "update")
    settle_span(data, allocation)
    request.world.store.update(allocation, **_resolved(request, data, allocation))
    return Single(allocation)


@route("DELETE", "/allocations/{allocation_gid}", paid=_PAID)
def delete_allocation(request: Request) -> Plain:
    """Asana's deleteAllocation."""
    request.world.store.remove(in_path(request, "allocation"))
    return EMPTY


def _resolved(
    request: Request, data: dict[str, Any], known: Record | None = None
) -> dict[str, Any]:
    """Put gids in the place of what a body names, and check how much it plans."""
    resolved, store = dict(data), request.world.store
    if "parent" in data or known is None:
        project = named(request, "parent", data["parent"], "project")
        resolved["parent"] = project["gid"]
    else:
        project = store[known["parent"]]
    if "assignee" in data:
        workspace = store[project["workspace"]]
        who = person_or_placeholder(request, "assignee", data["assignee"], workspace)
        resolved["assignee"] = who["gid"]
    if data.get("effort") is not None:
        resolved["effort"] = _effort(data["effort"])
    return resolved


def _effort(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise wrong_type("effort", sent, "a JSON object")
    if sent.get("type") not in _EFFORTS:
        raise not_allowed("effort.type", sent.get("type"))
    value = number("effort.value", sent.get("value"))
    if value is None:
        raise missing("effort.value")
    return {"type": sent["type"], "value": value}
