"""Rates: what an hour of a person or a placeholder costs in a project."""

from __future__ import annotations

from asana_sandbox.access import seen
from asana_sandbox.body import read_body
from asana_sandbox.budget_values import CURRENCY
from asana_sandbox.errors import bad_request, one_of, wrong_type
from asana_sandbox.lookup import in_path, named
from asana_sandbox.placeholders import person_or_placeholder
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

_PAID = "Rates are not available for free users."
"""What the free plan is told; the wording is ours. Rates of placeholders are for Enterprise plans
(Asana's getRates), which the sandbox's paid plan is."""


@route("GET", "/rates", paid=_PAID)
def get_rates(request: Request) -> Listing:
    """Asana's getRates: of a project, of somebody, or of somebody in a project."""
    query, store = request.query, request.world.store
    if not query.get("parent") and not query.get("resource"):
        raise one_of("parent", "resource")
    rates = store.all("rate")
    if query.get("parent"):
        project = named(request, "parent", query["parent"], "project")
        rates = store.by("rate", "parent", project["gid"])
    if query.get("resource"):
        known = store.get("placeholder", query["resource"])
        who = known or named(request, "resource", query["resource"], "user")
        rates = [rate for rate in rates if rate["resource"] == who["gid"]]
    return Listing(seen(request, rates))


@route("POST", "/rates", required=("parent", "resource", "rate"), paid=_PAID)
def create_rate(request: Request) -> Single:
    """Asana's createRate: one for each project and resource; that a second is refused is ours."""
    data = read_body(request, "rate", "create")
    _check(data["rate"])
    project, store = named(request, "parent", data["parent"], "project"), request.world.store
    workspace = store[project["workspace"]]
    who = person_or_placeholder(request, "resource", data["resource"], workspace)
    known = store.by("rate", "parent", project["gid"])
    if any(rate["resource"] == who["gid"] for rate in known):
        raise bad_request("resource: The resource has a rate in this project already")
    record = {
        "parent": project["gid"],
        "resource": who["gid"],
        "rate": data["rate"],
        "currency_code": CURRENCY,
        "created_by": request.user["gid"],
    }
    return Single(store.add("rate", record), 201)


@route("GET", "/rates/{rate_gid}", paid=_PAID)
def get_rate(request: Request) -> Single:
    """Asana's getRate."""
    return Single(in_path(request, "rate"))


@route("PUT", "/rates/{rate_gid}", paid=_PAID)
def update_rate(request: Request) -> Single:
    """Asana's updateRate, which can change nothing but the amount."""
    rate = in_path(request, "rate")
    data = read_body(request, "rate", "update")
    if "rate" in data:
        _check(data["rate"])
    rate.update(data)
    return Single(rate)


@route("DELETE", "/rates/{rate_gid}", paid=_PAID)
def delete_rate(request: Request) -> Plain:
    """Asana's deleteRate."""
    request.world.store.remove(in_path(request, "rate"))
    return EMPTY


def _check(rate: float | None) -> None:
    if rate is None:
        raise wrong_type("rate", None, "a number")
