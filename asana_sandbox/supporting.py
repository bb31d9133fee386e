"""What supports goals: goals under goals, and the projects, tasks and portfolios behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.errors import bad_request

if TYPE_CHECKING:
    from asana_sandbox.placing import Spot
    from asana_sandbox.store import Record, Store
    from asana_sandbox.world import World

GOALS_PAID = "Goals are not available for free users."
"""Asana's texts name the plan, not what is answered: the wording is ours."""
SUPPORTERS = ("goal", "portfolio", "project", "task")
"""Kinds that can support a goal (Asana's OpenAPI, GoalAddSupportingRelationshipRequest)."""


def supporters(world: World, goal: Record) -> list[Record]:
    """Give a goal's relationships: those of its subgoals in their order, then the others."""
    store = world.store
    known = store.by("goal_relationship", "supported_goal", goal["gid"])
    by_gid = {one["supporting_resource"]: one for one in known}
    subgoals = [by_gid.pop(gid) for gid in store.order("subgoal", goal["gid"])]
    return [*subgoals, *by_gid.values()]


def supported(world: World, gid: str) -> list[Record]:
    """Give the goals that an object supports."""
    known = world.store.by("goal_relationship", "supporting_resource", gid)
    return [world.store[one["supported_goal"]] for one in known]


def support(world: World, goal: Record, by: Record, weight: float, spot: Spot) -> Record:
    """Let an object support a goal; a subgoal takes its place among the others.

    Raises:
        ApiError: 400 where it does already, is the goal itself or stands above it, or belongs to
            another workspace; the wordings are ours.
    """
    if by["workspace"] != goal["workspace"]:
        raise bad_request("supporting_resource: Not in the goal's workspace")
    if goal in supported(world, by["gid"]):
        raise bad_request("supporting_resource: Supports the goal already")
    if by["gid"] in _above(world, goal):
        raise bad_request("supporting_resource: A goal cannot support itself")
    is_goal = by["resource_type"] == "goal"
    if is_goal:
        order = world.store.order("subgoal", goal["gid"])
        order.insert(by["gid"], before=spot.before, after=spot.after)
    return world.store.add(
        "goal_relationship",
        {
            "resource_subtype": "subgoal" if is_goal else "supporting_work",
            "supported_goal": goal["gid"],
            "supporting_resource": by["gid"],
            "contribution_weight": weight,
        },
    )


def end_support(store: Store, relationship: Record) -> None:
    """Let an object no longer support a goal."""
    order = store.order("subgoal", relationship["supported_goal"])
    order.discard(relationship["supporting_resource"])
    store.remove(relationship)


def forget_support(store: Store, gid: str) -> None:
    """Remove the relationships of an object that is going."""
    for side in ("supported_goal", "supporting_resource"):
        for relationship in store.by("goal_relationship", side, gid):
            end_support(store, relationship)


def _above(world: World, goal: Record) -> set[str]:
    gids = {goal["gid"]}
    for parent in supported(world, goal["gid"]):
        gids |= _above(world, parent)
    return gids
