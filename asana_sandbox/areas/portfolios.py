"""Portfolios: listing, creating, reading, changing and deleting them."""

from __future__ import annotations

from asana_sandbox.body import read_body
from asana_sandbox.dates import settle_project_dates
from asana_sandbox.errors import ApiError, cannot_write, missing
from asana_sandbox.facts import KINDS
from asana_sandbox.field_values import take_values
from asana_sandbox.lookup import in_path, named
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.sharing import join
from asana_sandbox.telling import changed

PORTFOLIOS_PAID = "Portfolios are not available for free users."
"""The plan gate is Asana's, the wording ours, after that of custom field settings."""


@route("GET", "/portfolios", required=("workspace",), paid=PORTFOLIOS_PAID)
def get_portfolios(request: Request) -> Listing:
    """Asana's getPortfolios: people are given those they own, service accounts all.

    What people are told who ask for those of others is ours.
    """
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    portfolios = request.world.store.by("portfolio", "workspace", workspace["gid"])
    if request.query.get("owner"):
        owner = named(request, "owner", request.query["owner"], "user")
    elif request.service_account:
        return Listing(portfolios)
    elif request.world.switches.portfolios_need_owner:
        raise missing("owner")
    else:
        owner = request.user
    if owner is not request.user and not request.service_account:
        raise ApiError(403, "owner: You can only list portfolios that you own.")
    return Listing([one for one in portfolios if one["owner"] == owner["gid"]])


@route("POST", "/portfolios", required=("workspace", "name"), paid=PORTFOLIOS_PAID)
def create_portfolio(request: Request) -> Single:
    """Asana's createPortfolio: who makes it owns it."""
    data = read_body(request, "portfolio", "create")
    workspace = named(request, "workspace", data["workspace"], "workspace")
    if "public" in data and workspace["is_organization"]:
        raise cannot_write("public")
    settle_project_dates(data)
    if data.pop("public", False):
        data["privacy_setting"] = "public_to_domain"
    me = request.user["gid"]
    record = {
        **KINDS["portfolio"].blank(),
        **data,
        "workspace": workspace["gid"],
        "owner": me,
        "created_by": me,
        "created_at": request.world.clock.stamp(),
        "items": [],
        "field_values": {},
    }
    portfolio = request.world.store.add("portfolio", record)
    join(request.world, portfolio, request.user, "admin")
    return Single(portfolio, 201)


@route("GET", "/portfolios/{portfolio_gid}", paid=PORTFOLIOS_PAID)
def get_portfolio(request: Request) -> Single:
    """Asana's getPortfolio."""
    return Single(in_path(request, "portfolio"))


@route("PUT", "/portfolios/{portfolio_gid}", paid=PORTFOLIOS_PAID)
def update_portfolio(request: Request) -> Single:
    """Asana's updatePortfolio: only the fields sent change."""
    portfolio = in_path(request, "portfolio")
    data = read_body(request, "portfolio", "update")
    settle_project_dates(data, portfolio)
    take_values(request, portfolio, data)
    request.world.store.update(portfolio, **data)
    for field in data:
        changed(request, portfolio, field)
    return Single(portfolio)


@route("DELETE", "/portfolios/{portfolio_gid}", paid=PORTFOLIOS_PAID)
def delete_portfolio(request: Request) -> Plain:
    """Asana's deletePortfolio: what was in it stays."""
    portfolio = in_path(request, "portfolio")
    request.world.emit(request.user, portfolio, "deleted")
    remove_whole(request.world.store, portfolio)
    return EMPTY
