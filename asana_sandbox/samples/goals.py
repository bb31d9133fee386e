"""Sample: a goal with what supports it, a metric, a field and stories; one for members only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.areas.time_periods import time_periods

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Make three goals, one above the others."""
    world, workspace = hand.world, hand.world.workspace
    year, *_ = time_periods(world, world.store[workspace])
    wei = world.store.all("user")[-1]["gid"]
    team = next((team["gid"] for team in world.store.all("team")), None)
    traffic = hand.post(
        "/goals",
        workspace=workspace,
        name="Grow the traffic of the website by a third",
        html_notes="<body>New visitors <em>and</em> old ones.</body>",
        time_period=year["gid"],
        owner="me",
        followers=[wei],
        start_on=hand.day(0),
        due_on=hand.day(90),
    )
    metric: dict[str, Any] = {"unit": "percentage", "precision": 1, "target_number_value": 0.333}
    hand.post(f"/goals/{traffic}/setMetric", **metric)
    hand.post(f"/goals/{traffic}/setMetricCurrentValue", current_number_value=0.125)
    hand.post(f"/goals/{traffic}/addCustomFieldSetting", custom_field=hand.made["Summary"])
    values = {hand.made["Summary"]: "What the year is about"}
    hand.put(f"/goals/{traffic}", status="green", liked=True, custom_fields=values)
    hand.post(f"/goals/{traffic}/stories", text="A good start.")
    launched = hand.post("/goals", workspace=workspace, team=team, name="Launch the new website")
    secret = hand.post("/goals", workspace=workspace, name="Buy a competitor", owner="me")
    world.store[secret]["privacy_setting"] = "members_only"
    for above, by, weight in (
        (traffic, launched, 1),
        (traffic, secret, 0),
        (launched, hand.made["project"], 0.75),
        (launched, hand.made["Go live"], 0.25),
    ):
        hand.post(
            f"/goals/{above}/addSupportingRelationship",
            supporting_resource=by,
            contribution_weight=weight,
        )
    hand.made |= {"goal": traffic, "subgoal": launched}
