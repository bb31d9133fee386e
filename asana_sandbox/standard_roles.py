"""The roles that every workspace has, and what a role permits that nobody set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.facts import KINDS
from asana_sandbox.facts.roles import GRADED, STANDARD, SWITCHED, WITHHELD

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def add_standard_roles(world: World, workspace: Record) -> None:
    """Give a workspace its guest, member, admin and super admin."""
    now = world.clock.stamp()
    for base, name in STANDARD.items():
        world.store.add(
            "role",
            {
                **KINDS["role"].blank(),
                "name": name,
                "description": f"What every {name.lower()} may do.",
                "is_standard_role": True,
                "base_role_type": base,
                "permissions": permissions_of(base),
                "creation_time": now,
                "modified_at": now,
                "workspace": workspace["gid"],
            },
        )


def permissions_of(base: str) -> dict[str, Any]:
    """Give what a base role type permits, all permissions by name."""
    withheld = WITHHELD[base]
    grade = -1 if base == "guest" else 0
    switched = {name: name not in withheld for name in sorted(SWITCHED)}
    return {**switched, **{name: grades[grade] for name, grades in GRADED.items()}}
