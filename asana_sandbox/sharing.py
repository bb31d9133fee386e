"""What people share: who is in a project, a portfolio, a goal or a field, and with what rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def memberships(world: World, shared: Record) -> list[Record]:
    """Give the memberships of users and teams in something."""
    return world.store.by(f"{shared['resource_type']}_membership", "parent", shared["gid"])


def membership_of(world: World, shared: Record, who: str) -> Record | None:
    """Find the membership of a user or a team, by gid."""
    known = world.store.by(f"{shared['resource_type']}_membership", "member", who)
    return next((one for one in known if one["parent"] == shared["gid"]), None)


def join(world: World, shared: Record, who: Record, level: str) -> Record:
    """Let a user or a team into something; who is in stays in, with the rights they had."""
    known = membership_of(world, shared, who["gid"])
    if known is not None:
        return known
    membership = {"parent": shared["gid"], "member": who["gid"], "access_level": level}
    return world.store.add(f"{shared['resource_type']}_membership", membership)
