"""The goal routes of 2021, which gave way to goal relationships in August and September 2022.

Whether Asana still answers them is not said anywhere: see the switch `goal_routes_of_2021`. Paths,
bodies and answers are those of Asana's OpenAPI description of December 2021.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from asana_sandbox.access import seen
from asana_sandbox.areas.goal_relationships import add_support, remove_support
from asana_sandbox.body import only
from asana_sandbox.lookup import in_path, named, named_one_of
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, route
from asana_sandbox.supporting import GOALS_PAID, SUPPORTERS, supporters

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_GONE = partial(route, removed=True, paid=GOALS_PAID)
_WORK = tuple(kind for kind in SUPPORTERS if kind not in {"goal", "task"})
"""What could support a goal beside its subgoals."""


@_GONE("GET", "/goals/{goal_gid}/subgoals")
def get_subgoals(request: Request) -> Listing:
    """Asana's getSubgoalsForGoal."""
    return _listed(request, "subgoal")


@_GONE("GET", "/goals/{goal_gid}/supportingWork")
def get_supporting_work(request: Request) -> Listing:
    """Asana's supportingWork."""
    return _listed(request, "supporting_work")


@_GONE("POST", "/goals/{goal_gid}/addSubgoal", required=("subgoal",))
def add_subgoal(request: Request) -> Plain:
    """Asana's addSubgoal."""
    only(request, "subgoal insert_before insert_after")
    add_support(
        request,
        in_path(request, "goal"),
        named(request, "subgoal", request.data["subgoal"], "goal"),
    )
    return EMPTY


@_GONE("POST", "/goals/{goal_gid}/addSupportingWork", required=("supporting_work",))
def add_supporting_work(request: Request) -> Plain:
    """Asana's addSupportingWorkForGoal."""
    only(request, "supporting_work")
    add_support(request, in_path(request, "goal"), _work(request))
    return EMPTY


@_GONE("POST", "/goals/{goal_gid}/removeSubgoal", required=("subgoal",))
def remove_subgoal(request: Request) -> Plain:
    """Asana's removeSubgoal."""
    only(request, "subgoal")
    remove_support(
        request,
        in_path(request, "goal"),
        named(request, "subgoal", request.data["subgoal"], "goal"),
    )
    return EMPTY


@_GONE("POST", "/goals/{goal_gid}/removeSupportingWork", required=("supporting_work",))
def remove_supporting_work(request: Request) -> Plain:
    """Asana's removeSupportingWorkForGoal."""
    only(request, "supporting_work")
    remove_support(request, in_path(request, "goal"), _work(request))
    return EMPTY


def _work(request: Request) -> Record:
    return named_one_of(request, "supporting_work", request.data["supporting_work"], _WORK)


def _listed(request: Request, subtype: str) -> Listing:
    store = request.world.store
    found = supporters(request.world, in_path(request, "goal"))
    gids = [one["supporting_resource"] for one in found if one["resource_subtype"] == subtype]
    return Listing(seen(request, [store[gid] for gid in gids]))
