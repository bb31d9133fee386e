"""Start and due: which may be set together, and the date that goes with a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.errors import bad_date, bad_request, not_both

if TYPE_CHECKING:
    from asana_sandbox.store import Record

FIELDS = ("start_on", "start_at", "due_on", "due_at")


def settle_dates(data: dict[str, Any], known: Record | None = None) -> dict[str, Any]:
    """Check the dates of a task's body and give the four as they become.

    Args:
        data: The checked body.
        known: The task, when it exists.

    Returns:
        The fields that the body changes, with the date that a time implies; empty when the body
        names no date. Asana derives `due_on` in the user's zone; the sandbox's users live in UTC.

    Raises:
        ApiError: 400 where Asana refuses the combination (Asana's OpenAPI, TaskBase).
    """
    if not any(field in data for field in FIELDS):
        return {}
    for kind in ("due", "start"):
        if data.get(f"{kind}_on") and data.get(f"{kind}_at"):
            raise not_both(f"{kind}_on", f"{kind}_at")
    start = next((f for f in ("start_on", "start_at") if f in data), None)
    if start == "start_on" and "due_on" not in data and "due_at" not in data:
        raise bad_request("start_on: You must also provide due_on or due_at")
    if start == "start_at" and "due_at" not in data:
        raise bad_request("start_at: You must also provide due_at")
    settled = {field: (known or {}).get(field) for field in FIELDS}
    for kind in ("due", "start"):
        _take(kind, data, settled)
    if settled["start_on"] and not settled["due_on"]:
        raise bad_request("start_on: A task with a start date must have a due date")
    for unit in ("on", "at"):
        start_of, due_of = settled[f"start_{unit}"], settled[f"due_{unit}"]
        if start_of and due_of and start_of > due_of:
            raise bad_request(f"start_{unit}: A task must not start after it is due")
    return settled


def settle_project_dates(data: dict[str, Any], known: Record | None = None) -> None:
    """Check a project's or a portfolio's dates; `due_date`, the old name, stands for `due_on`.

    Raises:
        ApiError: 400 for a start without the due date beside it, or the two on one day.
    """
    if "due_date" in data:
        data.setdefault("due_on", data.pop("due_date"))
    if "start_on" in data and "due_on" not in data:
        raise bad_request("start_on: You must also provide due_on")
    if data.get("start_on") and not data["due_on"]:
        raise bad_request("start_on: What has a start date must have a due date")
    start, due = ((known or {}) | data).get("start_on"), data.get("due_on")
    if start and start == due:
        raise bad_request("start_on: Start date and due date must differ")


def settle_span(data: dict[str, Any], known: Record | None = None) -> None:
    """Check the first and the last day of an allocation or an absence, which both always has.

    Raises:
        ApiError: 400 for a day taken away, or the last before the first.
    """
    for field in ("start_date", "end_date"):
        if data.get(field, "") is None:
            raise bad_date(field, None)
    span = (known or {}) | data
    if span["start_date"] > span["end_date"]:
        raise bad_request("start_date: Must not be after end_date")


def settle_goal_dates(data: dict[str, Any], known: Record | None = None) -> None:
    """Check a goal's dates.

    Raises:
        ApiError: 400 for a start without a due date (Asana's OpenAPI, GoalBase), or behind it,
            which is ours.
    """
    start, due = (((known or {}) | data).get(field) for field in ("start_on", "due_on"))
    if start and not due:
        raise bad_request("start_on: A goal with a start date must have a due date")
    if start and start > due:
        raise bad_request("start_on: A goal must not start after it is due")


def _take(kind: str, data: dict[str, Any], settled: dict[str, Any]) -> None:
    day, moment = f"{kind}_on", f"{kind}_at"
    if data.get(moment):
        settled[moment], settled[day] = data[moment], data[moment][:10]
    elif day in data:
        settled[moment], settled[day] = None, data[day]
    elif moment in data:
        settled[moment], settled[day] = None, None
