"""The metric of a goal: from which number to which, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import read_body
from asana_sandbox.derived import ABSENT, derived
from asana_sandbox.errors import bad_request
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Request, Single, route
from asana_sandbox.supporting import GOALS_PAID
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_PRECISIONS = range(7)
"""Places after the decimal point (Asana's OpenAPI, GoalMetricBase)."""
_BY_HAND = frozenset({"manual", "external"})
"""Sources of progress that are not worked out from what supports the goal."""


@route("POST", "/goals/{goal_gid}/setMetric", paid=GOALS_PAID)
def set_metric(request: Request) -> Single:
    """Asana's createGoalMetric, in the place of the metric the goal has.

    What a body leaves out goes from 0 to 1 and is at the start: that is ours. Progress is what
    was last said, whatever its source: the sandbox works none out.
    """
    goal, store = in_path(request, "goal"), request.world.store
    metric = _read(request)
    if goal["metric"]:
        store.remove(store[goal["metric"]])
    goal["metric"] = store.add("goal_metric", {**metric, "created_by": request.user["gid"]})["gid"]
    changed(request, goal, "metric")
    return Single(goal)


@route("POST", "/goals/{goal_gid}/setMetricCurrentValue", paid=GOALS_PAID)
def set_current_value(request: Request) -> Single:
    """Asana's updateGoalMetric."""
    goal = in_path(request, "goal")
    data = read_body(request, "goal_metric", "update")
    if goal["metric"] is None:
        raise bad_request("current_number_value: The goal has no metric")
    metric = request.world.store[goal["metric"]]
    if data.get("current_number_value") is not None:
        metric["current_number_value"] = _rounded(metric, data["current_number_value"])
        changed(request, goal, "metric")
    return Single(goal)


def _read(request: Request) -> dict[str, Any]:
    sent = read_body(request, "goal_metric", "create")
    data = {name: value for name, value in sent.items() if value is not None}
    start = data.get("initial_number_value", 0)
    metric: dict[str, Any] = {
        "resource_subtype": "number",
        "unit": "none",
        "precision": 0,
        "currency_code": None,
        "progress_source": "manual",
        "initial_number_value": start,
        "target_number_value": 1,
        "current_number_value": start,
        **data,
    }
    if metric["precision"] not in _PRECISIONS:
        raise bad_request("precision: Must be from 0 to 6")
    if metric["initial_number_value"] == metric["target_number_value"]:
        raise bad_request("target_number_value: Cannot equal initial_number_value")
    if (metric["unit"] == "currency") != isinstance(metric["currency_code"], str):
        raise bad_request("currency_code: Goes with the unit currency, and only with it")
    metric["precision"] = int(metric["precision"])
    metric["current_number_value"] = _rounded(metric, metric["current_number_value"])
    if metric["progress_source"] in _BY_HAND:
        metric.pop("is_custom_weight", None)
    else:
        metric.setdefault("is_custom_weight", False)
    return metric


def _rounded(metric: Record, value: float) -> float:
    """Round as displayed; a percentage is displayed as a hundred times its value."""
    places: int = metric["precision"] + (2 if metric["unit"] == "percentage" else 0)
    return round(value, places) if isinstance(value, float) else value


@derived("goal_metric", "current_display_value")
def _display(_world: World, metric: Record, _viewer: Record) -> str:
    value, precision = metric["current_number_value"], metric["precision"]
    if metric["unit"] == "percentage":
        return f"{value * 100:.{precision}f}%"
    code = f" {metric['currency_code']}" if metric["currency_code"] else ""
    return f"{value:.{precision}f}{code}"


@derived("goal_metric", "can_manage")
def _can_manage(_world: World, metric: Record, viewer: Record) -> Any:
    is_external = metric["progress_source"] == "external"
    return metric["created_by"] == viewer["gid"] if is_external else ABSENT
