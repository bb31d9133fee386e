"""What supports a goal, and which goals a goal supports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import number, only, read_body
from asana_sandbox.errors import bad_request, not_allowed
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named, named_one_of
from asana_sandbox.placing import END, read_spot
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.supporting import (
    GOALS_PAID,
    SUPPORTERS,
    end_support,
    support,
    supported,
    supporters,
)
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_ANCHORS = frozenset({"insert_before", "insert_after"})


@route("GET", "/goal_relationships", required=("supported_goal",), paid=GOALS_PAID)
def get_relationships(request: Request) -> Listing:
    """Asana's getGoalRelationships."""
    goal = named(request, "supported_goal", request.query["supported_goal"], "goal")
    found = supporters(request.world, goal)
    subtype = request.query.get("resource_subtype")
    if subtype:
        if subtype not in KINDS["goal_relationship"].choices["resource_subtype"]:
            raise not_allowed("resource_subtype", subtype)
        found = [one for one in found if one["resource_subtype"] == subtype]
    return Listing(found)


@route("GET", "/goal_relationships/{goal_relationship_gid}", paid=GOALS_PAID)
def get_relationship(request: Request) -> Single:
    """Asana's getGoalRelationship."""
    return Single(in_path(request, "goal_relationship"))


@route("PUT", "/goal_relationships/{goal_relationship_gid}", paid=GOALS_PAID)
def update_relationship(request: Request) -> Single:
    """Asana's updateGoalRelationship: only its weight can be written."""
    relationship = in_path(request, "goal_relationship")
    data = read_body(request, "goal_relationship", "update")
    if "contribution_weight" in data:
        relationship["contribution_weight"] = _weight(data)
        changed(request, relationship, "contribution_weight")
    return Single(relationship)


@route(
    "POST",
    "/goals/{goal_gid}/addSupportingRelationship",
    required=("supporting_resource",),
    paid=GOALS_PAID,
)
def add_relationship(request: Request) -> Single:
    """Asana's addSupportingRelationship; a place is for subgoals alone."""
    data = only(request, "supporting_resource insert_before insert_after contribution_weight")
    goal = in_path(request, "goal")
    by = named_one_of(request, "supporting_resource", data["supporting_resource"], SUPPORTERS)
    if _ANCHORS & data.keys() and by["resource_type"] != "goal":
        raise bad_request("supporting_resource: Only subgoals have places")
    return Single(add_support(request, goal, by, _weight(data)))


@route(
    "POST",
    "/goals/{goal_gid}/removeSupportingRelationship",
    required=("supporting_resource",),
    paid=GOALS_PAID,
)
def remove_relationship(request: Request) -> Plain:
    """Asana's removeSupportingRelationship."""
    data = only(request, "supporting_resource")
    goal = in_path(request, "goal")
    remove_support(
        request,
        goal,
        named_one_of(request, "supporting_resource", data["supporting_resource"], SUPPORTERS),
    )
    return EMPTY


@route("GET", "/goals/{goal_gid}/parentGoals", paged=False, paid=GOALS_PAID)
def get_parent_goals(request: Request) -> Listing:
    """Asana's getParentGoalsForGoal."""
    goal = in_path(request, "goal")
    return Listing(seen(request, supported(request.world, goal["gid"])))


def add_support(request: Request, goal: Record, by: Record, weight: float = 0) -> Record:
    """Let an object support a goal, a subgoal in the place that the body names."""
    spot = read_spot(request, request.world.store.order("subgoal", goal["gid"]), END)
    relationship = support(request.world, goal, by, weight, spot)
    request.world.emit(request.user, relationship, "added", parent=goal)
    return relationship


def remove_support(request: Request, goal: Record, by: Record) -> None:
    """Let an object no longer support a goal; one that does not is no mistake."""
    for relationship in supporters(request.world, goal):
        if relationship["supporting_resource"] == by["gid"]:
            request.world.emit(request.user, relationship, "removed", parent=goal)
            end_support(request.world.store, relationship)


def _weight(data: dict[str, Any]) -> float:
    weight = number("contribution_weight", data.get("contribution_weight")) or 0
    if not 0 <= weight <= 1:
        raise bad_request("contribution_weight: Must be from 0 to 1")
    return weight
