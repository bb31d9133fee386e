"""Categories that hours are logged under, which the administrators of a workspace keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import require_admin, seen
from asana_sandbox.areas.time_tracking_entries import TIME_PAID, between
from asana_sandbox.body import flag, read_body
from asana_sandbox.errors import missing
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_PATH = "/time_tracking_categories/{time_tracking_category_gid}"


@route("GET", "/time_tracking_categories", required=("workspace",), paid=TIME_PAID)
def get_time_tracking_categories(request: Request) -> Listing:
    """Asana's getTimeTrackingCategories: the archived ones only when they are asked for."""
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    archived = flag("is_archived", request.query.get("is_archived", False))
    known = request.world.store.by("time_tracking_category", "workspace", workspace["gid"])
    return Listing([one for one in known if one["is_archived"] == archived])


@route("POST", "/time_tracking_categories", required=("workspace", "name"), paid=TIME_PAID)
def create_time_tracking_category(request: Request) -> Single:
    """Asana's createTimeTrackingCategory."""
    data = read_body(request, "time_tracking_category", "create")
    workspace = named(request, "workspace", data["workspace"], "workspace")
    _require_keeper(request, workspace["gid"])
    if not data["name"]:
        raise missing("name")
    record = {
        **KINDS["time_tracking_category"].blank(),
        **data,
        "workspace": workspace["gid"],
    }
    return Single(request.world.store.add("time_tracking_category", record), 201)


@route("GET", _PATH, paid=TIME_PAID)
def get_time_tracking_category(request: Request) -> Single:
    """Asana's getTimeTrackingCategory."""
    return Single(in_path(request, "time_tracking_category"))


@route("PUT", _PATH, paid=TIME_PAID)
def update_time_tracking_category(request: Request) -> Single:
    """Asana's updateTimeTrackingCategory: only the fields sent change."""
    category = _kept(request)
    data = read_body(request, "time_tracking_category", "update")
    if not data.get("name", "unchanged"):
        raise missing("name")
    category.update(data)
    return Single(category)


@route("DELETE", _PATH, paid=TIME_PAID)
def delete_time_tracking_category(request: Request) -> Plain:
    """Asana's deleteTimeTrackingCategory: the hours logged under it stay."""
    category, store = _kept(request), request.world.store
    for entry in store.by("time_tracking_entry", "categories", category["gid"]):
        left = [gid for gid in entry["categories"] if gid != category["gid"]]
        store.update(entry, categories=left)
    store.remove(category)
    return EMPTY


@route("GET", f"{_PATH}/time_tracking_entries", paid=TIME_PAID)
def get_time_tracking_entries_for_time_tracking_category(request: Request) -> Listing:
    """Asana's getTimeTrackingEntriesForTimeTrackingCategory."""
    category = in_path(request, "time_tracking_category")
    entries = request.world.store.by("time_tracking_entry", "categories", category["gid"])
    return Listing(seen(request, between(request, entries, "start_date", "end_date")))


def _kept(request: Request) -> Record:
    """Give the category that the path names to somebody who may change it."""
    category = in_path(request, "time_tracking_category")
    _require_keeper(request, category["workspace"])
    return category


def _require_keeper(request: Request, workspace: str) -> None:
    """Refuse who is no administrator (Asana's OpenAPI, on time tracking categories)."""
    require_admin(request, request.world.store[workspace], "manage time tracking categories")
