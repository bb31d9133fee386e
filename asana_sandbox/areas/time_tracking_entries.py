"""Hours logged on tasks: reading them by many sides, writing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import day, read_body
from asana_sandbox.errors import bad_date, bad_request, one_of, wrong_type
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import each_named, in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed, touch
from asana_sandbox.timesheets import is_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.store import Record

TIME_PAID = "Time tracking is not available for free users."
"""What the free plan is told; the wording is ours."""

_SIDES = {
    "task": ("task", "task"),
    "attributable_to": ("project", "attributable_to"),
    "user": ("user", "created_by"),
    "workspace": ("workspace", "workspace"),
}
"""What a list may be asked by: the kind that the parameter names, and the entry's field."""

_MOST_MINUTES = 2**31 - 1
"""The longest entry, in minutes; ours, so that sums stay whole numbers of JSON."""
_MOST_CATEGORIES = 1
"""Categories of an entry (Asana's OpenAPI, CreateTimeTrackingEntryRequest)."""


@route("GET", "/time_tracking_entries", paid=TIME_PAID)
def get_time_tracking_entries(request: Request) -> Listing:
    """Asana's getTimeTrackingEntries: by one side or more, those of a workspace by date too.

    That several sides narrow the list down is ours; the description does not say what they do.
    """
    query = request.query
    given = [name for name in (*_SIDES, "portfolio") if query.get(name)]
    if not given:
        raise one_of("task", "attributable_to", "portfolio", "user", "workspace")
    if query.get("workspace") and not any(query.get(name) for name in _ENTERED):
        raise bad_request(f"workspace: You must also provide {' or '.join(_ENTERED)}")
    entries, *others = [_by_side(request, name) for name in given]
    for other in others:
        gids = {entry["gid"] for entry in other}
        entries = [entry for entry in entries if entry["gid"] in gids]
    if query.get("timesheet_approval_status"):
        kind = "timesheet_approval_status"
        sheet = named(request, kind, query[kind], kind)
        entries = [entry for entry in entries if is_in(entry, sheet)]
    return Listing(seen(request, between(request, entries, *_ENTERED)))


_ENTERED = ("entered_on_start_date", "entered_on_end_date")


@route("GET", "/tasks/{task_gid}/time_tracking_entries", paid=TIME_PAID)
def get_time_tracking_entries_for_task(request: Request) -> Listing:
    """Asana's getTimeTrackingEntriesForTask."""
    task = in_path(request, "task")
    return Listing(request.world.store.by("time_tracking_entry", "task", task["gid"]))


@route(
    "POST",
    "/tasks/{task_gid}/time_tracking_entries",
    required=("duration_minutes",),
    paid=TIME_PAID,
)
def create_time_tracking_entry(request: Request) -> Single:
    """Asana's createTimeTrackingEntry, for the user, today unless a day is named."""
    task = in_path(request, "task")
    data = read_body(request, "time_tracking_entry", "create")
    if data.get("entered_on") is None:
        data["entered_on"] = request.world.clock.stamp()[: len("2026-01-31")]
    projects = task["projects"]
    record = {
        **KINDS["time_tracking_entry"].blank(),
        "attributable_to": projects[0] if len(projects) == 1 else None,
        **_settled(request, task, data),
        "created_at": request.world.clock.stamp(),
        "created_by": request.user["gid"],
        "task": task["gid"],
        "workspace": task["workspace"],
    }
    entry = request.world.store.add("time_tracking_entry", record)
    _tell(request, task)
    return Single(entry, 201)


@route("GET", "/time_tracking_entries/{time_tracking_entry_gid}", paid=TIME_PAID)
def get_time_tracking_entry(request: Request) -> Single:
    """Asana's getTimeTrackingEntry."""
    return Single(in_path(request, "time_tracking_entry"))


@route("PUT", "/time_tracking_entries/{time_tracking_entry_gid}", paid=TIME_PAID)
def update_time_tracking_entry(request: Request) -> Single:
    """Asana's updateTimeTrackingEntry: only the fields sent change."""
    entry = in_path(request, "time_tracking_entry")
    task = request.world.store[entry["task"]]
    data = read_body(request, "time_tracking_entry", "update")
    request.world.store.update(entry, **_settled(request, task, data, entry))
    if "duration_minutes" in data:
        _tell(request, task)
    return Single(entry)


@route("DELETE", "/time_tracking_entries/{time_tracking_entry_gid}", paid=TIME_PAID)
def delete_time_tracking_entry(request: Request) -> Plain:
    """Asana's deleteTimeTrackingEntry."""
    entry, store = in_path(request, "time_tracking_entry"), request.world.store
    store.remove(entry)
    _tell(request, store[entry["task"]])
    return EMPTY


def between(request: Request, entries: Iterable[Record], first: str, last: str) -> list[Record]:
    """Leave those entered within the days that two query parameters name; either may be absent."""
    start, end = (day(name, request.query.get(name)) for name in (first, last))
    return [
        entry
        for entry in entries
        if (not start or entry["entered_on"] >= start) and (not end or entry["entered_on"] <= end)
    ]


def _by_side(request: Request, side: str) -> list[Record]:
    store, gid = request.world.store, request.query[side]
    if side == "portfolio":
        portfolio = named(request, side, gid, side)
        projects = portfolio["items"]
        entries = store.all("time_tracking_entry")
        return [entry for entry in entries if entry["attributable_to"] in projects]
    kind, field = _SIDES[side]
    return store.by("time_tracking_entry", field, named(request, side, gid, kind)["gid"])


def _settled(
    request: Request, task: Record, data: dict[str, Any], known: Record | None = None
) -> dict[str, Any]:
    """Check the values of a body and put gids in the place of what they name."""
    if "entered_on" in data and data["entered_on"] is None:
        raise bad_date("entered_on", None)
    if "duration_minutes" in data:
        minutes = data["duration_minutes"]
        if not isinstance(minutes, int):
            raise wrong_type("duration_minutes", minutes, "an integer")
        if not 0 < minutes <= _MOST_MINUTES:
            raise bad_request(f"duration_minutes: Must be from 1 to {_MOST_MINUTES}")
    if data.get("attributable_to") is not None:
        project = named(request, "attributable_to", data["attributable_to"], "project")
        if project["gid"] not in _projects_above(request, task):
            raise bad_request("attributable_to: The task is not in the project")
    if "categories" in data:
        kept = known["categories"] if known else []
        data["categories"] = _categories(request, task, data["categories"] or [], kept)
    return data


def _projects_above(request: Request, task: Record) -> set[str]:
    """Give the projects of a task and of those it is a subtask of; the latter is ours."""
    above = request.world.store[task["parent"]] if task["parent"] else None
    return {*task["projects"], *(_projects_above(request, above) if above else ())}


def _categories(request: Request, task: Record, sent: Any, kept: list[str]) -> list[str]:
    categories = each_named(request, "categories", sent, "time_tracking_category")
    if len(categories) > _MOST_CATEGORIES:
        raise bad_request(f"categories: At most {_MOST_CATEGORIES} category is allowed")
    for category in categories:
        if category["workspace"] != task["workspace"]:
            raise bad_request("categories: The category is not in the task's workspace")
        if category["is_archived"] and category["gid"] not in kept:
            raise bad_request("categories: An archived category cannot be assigned")
    return [category["gid"] for category in categories]


def _tell(request: Request, task: Record) -> None:
    """Tell that a task's actual time changed; that this moves `modified_at` is ours."""
    touch(request, task)
    changed(request, task, "actual_time_minutes")
