"""Placeholders: people not hired yet, who can be planned with and be paid at a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.errors import not_in_domain
from asana_sandbox.lookup import member

if TYPE_CHECKING:
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def new_placeholder(world: World, workspace: Record, name: str) -> Record:
    """Make a placeholder; no operation of Asana's API does."""
    return world.store.add("placeholder", {"name": name, "workspace": workspace["gid"]})


def person_or_placeholder(request: Request, field: str, value: Any, workspace: Record) -> Record:
    """Give the placeholder or the user of a workspace that a value names.

    Raises:
        ApiError: 400 when neither is there.
    """
    store = request.world.store
    known = store.get("placeholder", value) if isinstance(value, str) else None
    if known is None:
        return member(request, field, value, workspace)
    if known["workspace"] != workspace["gid"]:
        raise not_in_domain(field, value, workspace)
    return known
