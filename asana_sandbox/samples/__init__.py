"""A little of everything, for `serve --sample`: every resource, a module per area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.areas import register_routes
from asana_sandbox.samples import (
    capacity,
    exports,
    feeds,
    goals,
    portfolios,
    roles,
    templates,
    time_tracking,
    work,
)
from asana_sandbox.samples.hand import Hand

if TYPE_CHECKING:
    from asana_sandbox.world import World

_AREAS = (work, time_tracking, capacity, roles, feeds, goals, templates, portfolios, exports)
"""Later ones find what earlier ones made."""


def add_sample(world: World) -> None:
    """Fill a default world; the same things in the same order every time."""
    register_routes()
    hand = Hand(world)
    for area in _AREAS:
        area.add(hand)
