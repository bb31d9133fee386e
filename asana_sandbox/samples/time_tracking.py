"""Sample: hours logged on tasks under categories, and the timesheets they are in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand

_ENTRIES = (
    ("Design the home page", 90, "Design", "billable", 0),
    ("Design the home page", 45, "Meetings", "nonBillable", -7),
    ("Write the copy", 120, "Design", "billable", -7),
)


def add(hand: Hand) -> None:
    """Log hours of this week and of the last, of which the latter is handed in."""
    workspace, made = hand.world.workspace, hand.made
    categories = {
        name: hand.post("/time_tracking_categories", workspace=workspace, name=name, color=color)
        for name, color in (("Design", "aqua"), ("Meetings", "orange"), ("Travel", "none"))
    }
    hand.put(f"/time_tracking_categories/{categories['Travel']}", is_archived=True)
    for task, minutes, category, billable, days in _ENTRIES:
        hand.post(
            f"/tasks/{made[task]}/time_tracking_entries",
            duration_minutes=minutes,
            entered_on=hand.day(days),
            attributable_to=made["project"],
            billable_status=billable,
            description=f"{category} for the launch",
            categories=[categories[category]],
        )
    now = hand.world.clock.now()
    monday = (now - timedelta(days=now.weekday())).date()
    for weeks in (0, 1):
        first = monday - timedelta(weeks=weeks)
        sheet = hand.post(
            "/timesheet_approval_statuses",
            workspace=workspace,
            user="me",
            start_date=first.isoformat(),
            end_date=(first + timedelta(days=6)).isoformat(),
        )
    hand.put(f"/timesheet_approval_statuses/{sheet}", approval_status="submitted")
