"""Time periods: the years of a workspace, their halves and quarters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from asana_sandbox.body import day
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import Listing, Request, Single, route
from asana_sandbox.supporting import GOALS_PAID

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_MONTHS = {
    "FY": (1, 12, ""),
    "H1": (1, 6, "FY"),
    "H2": (7, 12, "FY"),
    "Q1": (1, 3, "H1"),
    "Q2": (4, 6, "H1"),
    "Q3": (7, 9, "H2"),
    "Q4": (10, 12, "H2"),
}
"""First and last month of each period, and the one it is part of; years are calendar years."""


@route("GET", "/time_periods", required=("workspace",), paid=GOALS_PAID)
def get_time_periods(request: Request) -> Listing:
    """Asana's getTimePeriods: those that begin and end within the days asked for.

    That the days are bounds, and that this year and the next one have periods, is ours.
    """
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    start, end = (day(field, request.query.get(field) or None) for field in ("start_on", "end_on"))
    periods = [
        period
        for period in time_periods(request.world, workspace)
        if (start is None or period["start_on"] >= start)
        and (end is None or period["end_on"] <= end)
    ]
    return Listing(periods)


@route("GET", "/time_periods/{time_period_gid}", paid=GOALS_PAID)
def get_time_period(request: Request) -> Single:
    """Asana's getTimePeriod."""
    return Single(in_path(request, "time_period"))


def time_periods(world: World, workspace: Record) -> list[Record]:
    """Give a workspace's periods; those of this year and the next are made when first wanted."""
    now = world.clock.now().year
    known = world.store.by("time_period", "workspace", workspace["gid"])
    years = {period["start_on"][:4] for period in known}
    for year in (now, now + 1):
        if str(year) not in years:
            _add_year(world, workspace, year)
    return world.store.by("time_period", "workspace", workspace["gid"])


def _add_year(world: World, workspace: Record, year: int) -> None:
    made: dict[str, str] = {}
    for period, (first, last, parent) in _MONTHS.items():
        behind = date(year + last // 12, last % 12 + 1, 1)
        record = {
            "workspace": workspace["gid"],
            "period": period,
            "display_name": " ".join(dict.fromkeys((period, "FY"))) + str(year)[2:],
            "start_on": date(year, first, 1).isoformat(),
            "end_on": (behind - timedelta(days=1)).isoformat(),
            "parent": made.get(parent),
        }
        made[period] = world.store.add("time_period", record)["gid"]
