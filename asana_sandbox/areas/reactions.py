"""Reactions to comments and status updates; nothing in the API makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import require
from asana_sandbox.derived import derived
from asana_sandbox.errors import not_recognized, unknown_object
from asana_sandbox.routing import Listing, Request, route
from asana_sandbox.shape import parse_fields

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_SHOWN = "emoji,user.name,user.resource_type"
"""What an answer holds, whatever is asked for: reactions have no `resource_type`, and the route
takes no `opt_fields` (Asana's OpenAPI, ReactionCompact and getReactionsOnObject)."""


@route("GET", "/reactions", required=("target", "emoji_base"))
def get_reactions(request: Request) -> Listing:
    """Asana's getReactionsOnObject: those of any variant of an emoji."""
    gid = request.query["target"]
    target = request.world.store.find(gid)
    if target is None:
        raise unknown_object("target", gid)
    if target["resource_type"] not in {"status_update", "story"}:
        raise not_recognized("target", gid)
    require(request, target)
    request.fields = parse_fields(_SHOWN)
    given = request.world.store.by("reaction", "target", gid)
    return Listing([one for one in given if one["emoji_base"] == request.query["emoji_base"]])


@derived("story", "reaction_summary")
@derived("status_update", "reaction_summary")
def _summary(world: World, target: Record, viewer: Record) -> list[dict[str, Any]]:
    variants: dict[str, list[Record]] = {}
    for one in world.store.by("reaction", "target", target["gid"]):
        variants.setdefault(one["emoji"], []).append(one)
    return [
        {
            "emoji_base": given[0]["emoji_base"],
            "variant": variant,
            "count": len(given),
            "reacted": any(one["user"] == viewer["gid"] for one in given),
        }
        for variant, given in variants.items()
    ]
