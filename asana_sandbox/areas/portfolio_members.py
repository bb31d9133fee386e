"""Who is in a portfolio: adding, removing, and memberships in the older shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.access import seen
from asana_sandbox.areas.portfolios import PORTFOLIOS_PAID
from asana_sandbox.body import only
from asana_sandbox.errors import one_of
from asana_sandbox.lookup import in_path, members, named, of_user
from asana_sandbox.routing import Listing, Request, Single, route
from asana_sandbox.sharing import join, membership_of, memberships
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.store import Record

_NEEDS = ("members",)


@route("POST", "/portfolios/{portfolio_gid}/addMembers", required=_NEEDS, paid=PORTFOLIOS_PAID)
def add_members(request: Request) -> Single:
    """Asana's addMembersForPortfolio: with the rights that the portfolio gives by default."""
    portfolio, users = _people(request)
    for user in users:
        if membership_of(request.world, portfolio, user["gid"]) is None:
            made = join(request.world, portfolio, user, portfolio["default_access_level"])
            request.world.emit(request.user, made, "added", parent=portfolio)
            changed(request, portfolio, "members", added_value=user)
    return Single(portfolio)


@route("POST", "/portfolios/{portfolio_gid}/removeMembers", required=_NEEDS, paid=PORTFOLIOS_PAID)
def remove_members(request: Request) -> Single:
    """Asana's removeMembersForPortfolio."""
    portfolio, users = _people(request)
    for user in users:
        known = membership_of(request.world, portfolio, user["gid"])
        if known is not None:
            request.world.emit(request.user, known, "removed", parent=portfolio)
            request.world.store.remove(known)
            changed(request, portfolio, "members", removed_value=user)
    return Single(portfolio)


@route("GET", "/portfolio_memberships", paid=PORTFOLIOS_PAID)
def get_portfolio_memberships(request: Request) -> Listing:
    """Asana's getPortfolioMemberships: of a portfolio, of a user in a workspace, or of both."""
    query, store = request.query, request.world.store
    if query.get("portfolio"):
        portfolio = named(request, "portfolio", query["portfolio"], "portfolio")
        return _of_people(request, memberships(request.world, portfolio))
    if not (query.get("workspace") and query.get("user")):
        raise one_of("portfolio", "user and workspace")
    workspace = named(request, "workspace", query["workspace"], "workspace")["gid"]
    return _of_people(
        request,
        (one for one in store.all(_KIND) if store[one["parent"]]["workspace"] == workspace),
    )


@route("GET", "/portfolios/{portfolio_gid}/portfolio_memberships", paid=PORTFOLIOS_PAID)
def get_portfolio_memberships_for_portfolio(request: Request) -> Listing:
    """Asana's getPortfolioMembershipsForPortfolio, which may be asked about one user."""
    return _of_people(request, memberships(request.world, in_path(request, "portfolio")))


@route("GET", "/portfolio_memberships/{portfolio_membership_gid}", paid=PORTFOLIOS_PAID)
def get_portfolio_membership(request: Request) -> Single:
    """Asana's getPortfolioMembership."""
    return Single(in_path(request, _KIND))


_KIND = "portfolio_membership"


def _of_people(request: Request, known: Iterable[Record]) -> Listing:
    """List memberships of users: the older shape has no place for teams."""
    store = request.world.store
    people = [one for one in known if store.get("user", one["member"])]
    return Listing(seen(request, of_user(request, people, "member")))


def _people(request: Request) -> tuple[Record, list[Record]]:
    data, portfolio = only(request, "members"), in_path(request, "portfolio")
    workspace = request.world.store[portfolio["workspace"]]
    return portfolio, members(request, "members", data["members"], workspace)
