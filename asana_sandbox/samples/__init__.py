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
    """Fill a default world; the same things in the same order every time.

    It is made on a paid plan. A free workspace then holds what one does that paid before.
    """
    register_routes()
    hand, plan = Hand(world), world.switches.plan
    world.switches.plan = "paid"
    for area in _AREAS:
        area.add(hand)
    world.switches.plan = plan
