"""What is in portfolios: projects and other portfolios, and what projects take from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import seen
from asana_sandbox.areas.portfolios import PORTFOLIOS_PAID
from asana_sandbox.body import only, read_body
from asana_sandbox.errors import bad_request
from asana_sandbox.lookup import in_path, named_one_of
from asana_sandbox.order import Order
from asana_sandbox.placing import END, read_spot
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record, Store

MAX_ITEMS = 1500
"""Items of a portfolio (Asana's OpenAPI, on portfolios)."""
_KINDS = ("project", "portfolio")


@route("GET", "/portfolios/{portfolio_gid}/items", paid=PORTFOLIOS_PAID)
def get_items(request: Request) -> Listing:
    """Asana's getItemsForPortfolio: those the user may see."""
    store = request.world.store
    items = [store[gid] for gid in in_path(request, "portfolio")["items"]]
    return Listing(seen(request, items))


@route("POST", "/portfolios/{portfolio_gid}/addItem", required=("item",), paid=PORTFOLIOS_PAID)
def add_item(request: Request) -> Plain:
    """Asana's addItemForPortfolio; what is in the portfolio already moves to the place named.

    That a portfolio cannot hold itself, at any depth, is ours: Asana's texts do not say it.
    """
    data, store = only(request, "item insert_before insert_after"), request.world.store
    portfolio = in_path(request, "portfolio")
    item = named_one_of(request, "item", data["item"], _KINDS)
    if item["workspace"] != portfolio["workspace"]:
        raise bad_request("item: The item is not in the portfolio's workspace")
    if item["gid"] in _within(store, portfolio):
        raise bad_request("item: A portfolio cannot be in itself")
    order = Order(portfolio["items"])
    spot = read_spot(request, order, END)
    if item["gid"] not in order:
        if len(order) >= MAX_ITEMS:
            raise bad_request(f"item: A portfolio can have at most {MAX_ITEMS} items")
        if item["resource_type"] == "project":
            _let_in(request, portfolio, item)
        request.world.emit(request.user, item, "added", parent=portfolio)
    order.insert(item["gid"], before=spot.before, after=spot.after)
    store.update(portfolio, items=list(order))
    return EMPTY


@route("POST", "/portfolios/{portfolio_gid}/removeItem", required=("item",), paid=PORTFOLIOS_PAID)
def remove_item(request: Request) -> Plain:
    """Asana's removeItemForPortfolio."""
    data, store = only(request, "item"), request.world.store
    portfolio = in_path(request, "portfolio")
    item = named_one_of(request, "item", data["item"], _KINDS)
    if item["gid"] not in portfolio["items"]:
        return EMPTY
    store.update(portfolio, items=[gid for gid in portfolio["items"] if gid != item["gid"]])
    for setting in store.by("project_portfolio_setting", "project", item["gid"]):
        if setting["portfolio"] == portfolio["gid"]:
            store.remove(setting)
    request.world.emit(request.user, item, "removed", parent=portfolio)
    return EMPTY


@route("GET", "/portfolios/{portfolio_gid}/project_portfolio_settings", paid=PORTFOLIOS_PAID)
@route("GET", "/projects/{project_gid}/project_portfolio_settings", paid=PORTFOLIOS_PAID)
def get_project_portfolio_settings(request: Request) -> Listing:
    """Asana's getProjectPortfolioSettingsForPortfolio and -ForProject."""
    (name,) = request.path
    kind = name.removesuffix("_gid")
    gid = in_path(request, kind)["gid"]
    return Listing(seen(request, request.world.store.by("project_portfolio_setting", kind, gid)))


_SETTING = "/project_portfolio_settings/{project_portfolio_setting_gid}"


@route("GET", _SETTING, paid=PORTFOLIOS_PAID)
def get_project_portfolio_setting(request: Request) -> Single:
    """Asana's getProjectPortfolioSetting."""
    return Single(in_path(request, "project_portfolio_setting"))


@route("PUT", _SETTING, paid=PORTFOLIOS_PAID)
def update_project_portfolio_setting(request: Request) -> Single:
    """Asana's updateProjectPortfolioSetting: whether the portfolio's members see the project."""
    setting = in_path(request, "project_portfolio_setting")
    setting.update(read_body(request, "project_portfolio_setting", "update"))
    return Single(setting)


def _within(store: Store, portfolio: Record) -> set[str]:
    """Name a portfolio and all that it is in, at any depth."""
    found = {portfolio["gid"]}
    for above in store.by("portfolio", "items", portfolio["gid"]):
        found |= _within(store, above)
    return found


def _let_in(request: Request, portfolio: Record, project: Record) -> None:
    request.world.store.add(
        "project_portfolio_setting",
        {
            "portfolio": portfolio["gid"],
            "project": project["gid"],
            "is_access_control_inherited": False,
            "created_at": request.world.clock.stamp(),
        },
    )
