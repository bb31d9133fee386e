"""Days on which people are out of office."""

from __future__ import annotations

from asana_sandbox.body import day, read_body
from asana_sandbox.dates import settle_span
from asana_sandbox.lookup import in_path, member, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route


@route("GET", "/ooo_entries", required=("user", "workspace"))
def get_ooo_entries(request: Request) -> Listing:
    """Asana's getOooEntries: those that overlap the days asked for, if any are."""
    query = request.query
    workspace = named(request, "workspace", query["workspace"], "workspace")
    user = member(request, "user", query["user"], workspace)
    start, end = (day(name, query.get(name)) for name in ("start_date", "end_date"))
    return Listing(
        [
            entry
            for entry in request.world.store.by("ooo_entry", "user", user["gid"])
            if entry["workspace"] == workspace["gid"]
            and (not start or entry["end_date"] >= start)
            and (not end or entry["start_date"] <= end)
        ]
    )


@route("POST", "/ooo_entries", required=("user", "workspace", "start_date", "end_date"))
def create_ooo_entry(request: Request) -> Single:
    """Asana's createOooEntry."""
    data = read_body(request, "ooo_entry", "create")
    settle_span(data)
    workspace = named(request, "workspace", data["workspace"], "workspace")
    user = member(request, "user", data["user"], workspace)
    record = {
        **data,
        "user": user["gid"],
        "workspace": workspace["gid"],
        "created_by": request.user["gid"],
    }
    return Single(request.world.store.add("ooo_entry", record), 201)


@route("GET", "/ooo_entries/{ooo_entry_gid}")
def get_ooo_entry(request: Request) -> Single:
    """Asana's getOooEntry."""
    return Single(in_path(request, "ooo_entry"))


@route("PUT", "/ooo_entries/{ooo_entry_gid}")
def update_ooo_entry(request: Request) -> Single:
    """Asana's updateOooEntry: the days."""
    entry = in_path(request, "ooo_entry")
    data = read_body(request, "ooo_entry", "update")
    settle_span(data, entry)
    entry.update(data)
    return Single(entry)


@route("DELETE", "/ooo_entries/{ooo_entry_gid}")
def delete_ooo_entry(request: Request) -> Plain:
    """Asana's deleteOooEntry."""
    request.world.store.remove(in_path(request, "ooo_entry"))
    return EMPTY
