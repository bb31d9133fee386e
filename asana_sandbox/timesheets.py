"""Which hours belong to which timesheet: those that its user logged in its week."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def timesheet_of(world: World, entry: Record) -> Record | None:
    """Find the timesheet that an entry of time is in."""
    sheets = world.store.by("timesheet_approval_status", "user", entry["created_by"])
    return next((sheet for sheet in sheets if is_in(entry, sheet)), None)


def is_in(entry: Record, sheet: Record) -> bool:
    """Tell whether an entry of time is in a timesheet."""
    return (
        entry["created_by"] == sheet["user"]
        and entry["workspace"] == sheet["workspace"]
        and bool(sheet["start_date"] <= entry["entered_on"] <= sheet["end_date"])
    )
