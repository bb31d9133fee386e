"""Sample: who is planned for the launch, at what rate, within what budget, and who is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.placeholders import new_placeholder

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Plan a person and somebody not hired yet."""
    world, project = hand.world, hand.made["project"]
    workspace = world.store[world.workspace]
    placeholder = new_placeholder(world, workspace, "Web developer")["gid"]
    for who, effort, rate in (
        ("me", {"type": "hours", "value": 40}, 80),
        (placeholder, {"type": "percent", "value": 50}, 65.5),
    ):
        hand.post(
            "/allocations",
            parent=project,
            assignee=who,
            start_date=hand.day(0),
            end_date=hand.day(13),
            effort=effort,
        )
        hand.post("/rates", parent=project, resource=who, rate=rate)
    hand.post(
        "/budgets",
        parent=project,
        budget_type="cost",
        estimate={"enabled": True, "source": "capacity_plans", "billable_status_filter": "any"},
        total={"enabled": True, "value": 12000},
    )
    hand.post(
        "/ooo_entries",
        workspace=workspace["gid"],
        user="me",
        start_date=hand.day(20),
        end_date=hand.day(24),
    )
