"""What happened to what is being followed, and the sync tokens that say how far one has read."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from asana_sandbox.facts.memberships import LEVELS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

TOKEN_LIFE = timedelta(hours=24)
PAGE = 100
"""Events given for one token (Asana's OpenAPI, getEvents)."""
WORKSPACE_PAGE = 1000
"""Events of a workspace given for one token (Asana's OpenAPI, getWorkspaceEvents)."""


class _Place(NamedTuple):
    resource: str
    position: int
    issued: datetime


class EventLog:
    """Events by the resource whose stream they are in.

    Nothing is kept for a resource before somebody asked for its first token, as with Asana,
    where that request makes the subscription.
    """

    def __init__(self) -> None:
        self.followed: dict[str, list[Record]] = {}
        self._tokens: dict[str, _Place] = {}

    def token(self, resource: str, position: int | None, now: datetime) -> str:
        """Make a sync token for a place in a resource's stream; None is its end."""
        stream = self.followed.setdefault(resource, [])
        token = secrets.token_hex(16)
        place = len(stream) if position is None else position
        self._tokens[token] = _Place(resource, place, now)
        return token

    def read(
        self, resource: str, token: str, now: datetime, most: int = PAGE
    ) -> tuple[list[Record], str, bool] | None:
        """Give the events after a token, the next token, and whether more wait.

        Returns:
            None when the token is not of this resource or older than a day.
        """
        place = self._tokens.get(token)
        if place is None or place.resource != resource or now - place.issued > TOKEN_LIFE:
            return None
        stream = self.followed[resource]
        end = min(place.position + most, len(stream))
        return (
            stream[place.position : end],
            self.token(resource, end, now),
            end < len(stream),
        )

    def record(self, event: Record, reached: AbstractSet[str]) -> None:
        """Append an event to every followed stream that it bubbles up to."""
        for gid in reached & self.followed.keys():
            self.followed[gid].append(event)


def event_of(  # noqa: PLR0913, PLR0917 - an event has this many sides
    created_at: str,
    user: Record | None,
    resource: Record,
    action: str,
    parent: Record | None,
    change: dict[str, Any] | None,
) -> Record:
    """Write an event down; what it names stays as it was, should it be deleted."""
    event: Record = {
        "resource_type": "event",
        "user": user,
        "resource": resource,
        "type": resource["resource_type"],
        "action": action,
        "parent": parent,
        "created_at": created_at,
    }
    return event if change is None else {**event, "change": change}


def reach(world: World, record: Record) -> set[str]:
    """Name what an event on a record bubbles up to: holders of a task, and theirs."""
    gids = {record["gid"]}
    for field in (*_UP.get(record["resource_type"], ()), "workspace", "organization"):
        above = record.get(field)
        for gid in above if isinstance(above, list) else [above]:
            holder = world.store.find(gid) if gid else None
            if holder is not None:
                gids |= reach(world, holder)
    return gids


_UP = {
    "task": ("parent", "projects"),
    "story": ("target",),
    "attachment": ("parent",),
    "section": ("project",),
    **{f"{shared}_membership": ("parent",) for shared in LEVELS},
    "status_update": ("parent",),
    "team_membership": ("team",),
}
