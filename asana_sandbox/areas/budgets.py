"""Budgets: what a project may take, in time or in money; one of each project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import read_body
from asana_sandbox.budget_values import BLANK, check_estimate, read_part
from asana_sandbox.errors import bad_request
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_PAID = "Budgets are not available for free users."
"""What the free plan is told; the wording is ours."""


@route("GET", "/budgets", paged=False, required=("parent",), paid=_PAID)
def get_budgets(request: Request) -> Listing:
    """Asana's getBudgets: one of a project, or none."""
    project = named(request, "parent", request.query["parent"], "project")
    return Listing(request.world.store.by("budget", "parent", project["gid"]))


@route("POST", "/budgets", required=("parent", "budget_type"), paid=_PAID)
def create_budget(request: Request) -> Single:
    """Asana's createBudget. That parent and type must be said is ours: without them it is none."""
    data = read_body(request, "budget", "create")
    project, store = named(request, "parent", data["parent"], "project"), request.world.store
    if store.by("budget", "parent", project["gid"]):
        raise bad_request("parent: The project has a budget already")
    budget = {**BLANK, "budget_type": data["budget_type"], "totals": {}, "parent": project["gid"]}
    return Single(store.add("budget", budget | _settled(data, budget)), 201)


@route("GET", "/budgets/{budget_gid}", paid=_PAID)
def get_budget(request: Request) -> Single:
    """Asana's getBudget."""
    return Single(in_path(request, "budget"))


@route("PUT", "/budgets/{budget_gid}", paid=_PAID)
def update_budget(request: Request) -> Single:
    """Asana's updateBudget: each type keeps its total when the type changes."""
    budget = in_path(request, "budget")
    budget.update(_settled(read_body(request, "budget", "update"), budget))
    return Single(budget)


@route("DELETE", "/budgets/{budget_gid}", paid=_PAID)
def delete_budget(request: Request) -> Plain:
    """Asana's deleteBudget."""
    request.world.store.remove(in_path(request, "budget"))
    return EMPTY


def _settled(data: dict[str, Any], budget: Record) -> dict[str, Any]:
    """Lay what a body says over what the budget is, part by part."""
    settled: dict[str, Any] = {
        part: budget[part] | read_part(part, data[part]) for part in BLANK if part in data
    }
    settled["budget_type"] = data.get("budget_type", budget["budget_type"])
    check_estimate(settled.get("estimate") or budget["estimate"])
    total = settled.get("total", {})
    if "value" in total:
        amount = total.pop("value")
        settled["totals"] = {**budget["totals"], settled["budget_type"]: amount}
    return settled
