"""Sample: an export of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Export all that the other areas made."""
    hand.post("/organization_exports", organization=hand.world.workspace)
