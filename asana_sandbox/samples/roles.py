"""Sample: a role beside those that every workspace has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Make a role for people of an agency."""
    hand.post(
        "/roles",
        workspace=hand.world.workspace,
        name="Agency",
        description="Works on what it is invited to.",
        base_role_type="member",
        permissions={"create_team": False, "task_deletion_policy": "owned"},
    )
