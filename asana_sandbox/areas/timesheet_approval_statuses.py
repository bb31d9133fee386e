"""Timesheets: a user's week, from draft to approval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from asana_sandbox.areas.time_tracking_entries import TIME_PAID
from asana_sandbox.body import day, read_body, text
from asana_sandbox.errors import bad_date, bad_request, not_allowed
from asana_sandbox.lookup import in_path, listed, member, named, of_user
from asana_sandbox.routing import Listing, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_NEXT = {
    "draft": {"submitted"},
    "submitted": {"draft", "approved", "rejected"},
    "rejected": {"draft", "submitted"},
    "approved": {"draft"},
}
"""What a status may become. Asana's OpenAPI names submitting, recalling, approving and rejecting;
that an approved or rejected week goes back to draft is ours."""

_SUNDAY = timedelta(days=6)
_PATH = "/timesheet_approval_statuses/{timesheet_approval_status_gid}"


@route("GET", "/timesheet_approval_statuses", required=("workspace",), paid=TIME_PAID)
def get_timesheet_approval_statuses(request: Request) -> Listing:
    """Asana's getTimesheetApprovalStatuses; weeks that overlap the dates count, which is ours."""
    query = request.query
    workspace = named(request, "workspace", query["workspace"], "workspace")
    store = request.world.store
    sheets = of_user(request, store.by("timesheet_approval_status", "workspace", workspace["gid"]))
    start, end = (day(name, query.get(name)) for name in ("from_date", "to_date"))
    wanted = listed("approval_statuses", query.get("approval_statuses", ""))
    for status in wanted:
        if status not in _NEXT:
            raise not_allowed("approval_statuses", status)
    return Listing(
        [
            sheet
            for sheet in sheets
            if (not start or sheet["end_date"] >= start)
            and (not end or sheet["start_date"] <= end)
            and (not wanted or sheet["approval_status"].lower() in wanted)
        ]
    )


@route(
    "POST",
    "/timesheet_approval_statuses",
    required=("user", "workspace", "start_date", "end_date"),
    paid=TIME_PAID,
)
def create_timesheet_approval_status(request: Request) -> Single:
    """Asana's createTimesheetApprovalStatus: a draft for a week; the second of a week is refused.

    That refusal is ours.
    """
    data = read_body(request, "timesheet_approval_status", "create")
    workspace = named(request, "workspace", data["workspace"], "workspace")
    user = member(request, "user", data["user"], workspace)
    _check_week(data["start_date"], data["end_date"])
    store = request.world.store
    for sheet in store.by("timesheet_approval_status", "user", user["gid"]):
        if (sheet["workspace"], sheet["start_date"]) == (workspace["gid"], data["start_date"]):
            raise bad_request("start_date: The week has a timesheet approval status already")
    record = {
        **data,
        "created_at": request.world.clock.stamp(),
        "user": user["gid"],
        "workspace": workspace["gid"],
        "approval_status": "DRAFT",
    }
    return Single(store.add("timesheet_approval_status", record), 201)


@route("GET", _PATH, paid=TIME_PAID)
def get_timesheet_approval_status(request: Request) -> Single:
    """Asana's getTimesheetApprovalStatus."""
    return Single(in_path(request, "timesheet_approval_status"))


@route("PUT", _PATH, required=("approval_status",), paid=TIME_PAID)
def update_timesheet_approval_status(request: Request) -> Single:
    """Asana's updateTimesheetApprovalStatus; the message goes to people, no record shows it."""
    sheet: Record = in_path(request, "timesheet_approval_status")
    data = read_body(request, "timesheet_approval_status", "update")
    text("message", data.get("message"))
    old, new = sheet["approval_status"].lower(), data["approval_status"]
    if new not in _NEXT:
        raise not_allowed("approval_status", new)
    if new not in _NEXT[old]:
        raise bad_request(f"approval_status: Cannot change from {old} to {new}")
    sheet["approval_status"] = new.upper()
    return Single(sheet)


def _check_week(start: str | None, end: str | None) -> None:
    """Refuse what is not a week from Monday to Sunday (Asana's createTimesheetApprovalStatus)."""
    if start is None or end is None:
        raise bad_date("end_date" if start else "start_date", None)
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.weekday():
        raise bad_request("start_date: Must be a Monday")
    if last - first != _SUNDAY:
        raise bad_request("end_date: Must be the Sunday after start_date")
