"""The three figures of a budget: what is estimated, what was spent, what may be spent.

Amounts are minutes in budgets of time and money in budgets of cost (Asana's OpenAPI, on budgets).
A rate is taken to be that of an hour.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from asana_sandbox.body import flag, number
from asana_sandbox.derived import derived
from asana_sandbox.errors import bad_request, not_allowed, wrong_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

CURRENCY = "USD"
"""What rates and costs are in; Asana sets it per domain, the sandbox's has one."""

FILTERS = {"billable": {"billable"}, "non_billable": {"nonBillable"}}
"""Which entries of time a `billable_status_filter` counts; `any` counts all."""

_CHOICES = {
    "billable_status_filter": ("billable", "non_billable", "any"),
    "source": ("none", "tasks", "capacity_plans"),
}
_PARTS = {
    "estimate": ("billable_status_filter", "source", "enabled"),
    "actual": ("billable_status_filter",),
    "total": ("enabled", "value"),
}
BLANK: dict[str, dict[str, Any]] = {
    "estimate": {"billable_status_filter": "billable", "source": "none", "enabled": False},
    "actual": {"billable_status_filter": "billable"},
    "total": {"enabled": False},
}
"""A budget of which nothing but its type is said; that nothing is enabled then is ours."""

_DAY_MINUTES, _WEEK_DAYS, _WORK_DAYS = 8 * 60, 7, 5


def read_part(name: str, sent: Any) -> dict[str, Any]:
    """Check what a body says of the estimate, the actual or the total.

    Raises:
        ApiError: 400 for anything the part does not have, or a value it cannot have.
    """
    if not isinstance(sent, dict):
        raise wrong_type(name, sent, "a JSON object")
    read: dict[str, Any] = {}
    for key, value in sent.items():
        field = f"{name}.{key}"
        if key not in _PARTS[name]:
            raise not_allowed(name, key)
        if key in _CHOICES and value not in _CHOICES[key]:
            raise not_allowed(field, value)
        read[key] = flag(field, value) if key == "enabled" else value
        if key == "value" and number(field, value) is None:
            raise wrong_type(field, value, "a number")
    return read


def check_estimate(estimate: dict[str, Any]) -> None:
    """Refuse an estimate that is shown but comes from nowhere (Asana's BudgetEstimateRequest).

    Raises:
        ApiError: 400.
    """
    if estimate["enabled"] and estimate["source"] == "none":
        raise bad_request("estimate: An enabled estimate needs a source")


@derived("budget", "estimate")
def _estimate(world: World, budget: Record, _viewer: Record) -> dict[str, Any]:
    """Show the estimate; tasks of the sandbox have no estimated time, so theirs is 0."""
    estimate = budget["estimate"]
    if not estimate["enabled"] and estimate["source"] == "none":
        return {**estimate, "value": None, "units": None}
    planned = _planned(world, budget["parent"]) if estimate["source"] == "capacity_plans" else ()
    return {**estimate, "value": _worth(world, budget, planned), "units": _units(budget)}


@derived("budget", "actual")
def _actual(world: World, budget: Record, _viewer: Record) -> dict[str, Any]:
    counted = FILTERS.get(budget["actual"]["billable_status_filter"])
    spent = (
        (entry["created_by"], entry["duration_minutes"])
        for entry in world.store.by("time_tracking_entry", "attributable_to", budget["parent"])
        if counted is None or entry["billable_status"] in counted
    )
    return {
        **budget["actual"],
        "value": _worth(world, budget, spent),
        "units": _units(budget),
    }


@derived("budget", "total")
def _total(_world: World, budget: Record, _viewer: Record) -> dict[str, Any]:
    """Show the total of the budget's type, or nothing while it is off."""
    if not budget["total"]["enabled"]:
        return {"enabled": False, "value": None, "units": None}
    value = budget["totals"].get(budget["budget_type"], 0)
    return {"enabled": True, "value": value, "units": _units(budget)}


def _units(budget: Record) -> str:
    return "minutes" if budget["budget_type"] == "time" else CURRENCY


def _worth(world: World, budget: Record, minutes: Iterable[tuple[str, float]]) -> float:
    """Add up what people's minutes come to, in minutes or in money."""
    if budget["budget_type"] == "time":
        return sum(some for _, some in minutes)
    rates: dict[str, float] = {
        rate["resource"]: rate["rate"]
        for rate in world.store.by("rate", "parent", budget["parent"])
    }
    return sum(some / 60 * rates.get(who, 0) for who, some in minutes)


def _planned(world: World, project: str) -> Iterator[tuple[str, float]]:
    """Give who is planned for how many minutes.

    Asana's texts do not say how a plan becomes minutes: here hours are those of the whole
    allocation, and a percentage is that of the eight hours of every working day.
    """
    for allocation in world.store.by("allocation", "parent", project):
        effort = allocation["effort"]
        if effort is None:
            continue
        share = 60 * effort["value"]
        if effort["type"] == "percent":
            days = _working_days(allocation["start_date"], allocation["end_date"])
            share = days * _DAY_MINUTES * effort["value"] / 100
        yield allocation["assignee"], share


def _working_days(start: str, end: str) -> int:
    first = date.fromisoformat(start)
    days = (date.fromisoformat(end) - first).days + 1
    weeks, rest = divmod(days, _WEEK_DAYS)
    begun = ((first.weekday() + day) % _WEEK_DAYS for day in range(rest))
    return weeks * _WORK_DAYS + sum(weekday < _WORK_DAYS for weekday in begun)
