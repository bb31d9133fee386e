"""Who makes the sample: the owner of a world, through the rules that requests go through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.routing import Request, Single, Upload, match

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


class Hand:
    """The owner of a world, making things.

    Attributes:
        world: What it is made in.
        made: Gids of what was made, by the names that later areas find it by.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: dict[str, str] = {}

    def post(self, path: str, *, file: Upload | None = None, **data: Any) -> str:
        """POST to a route, and give the gid of what it answers."""
        return self._call("POST", path, data, {"file": file} if file else {})

    def post_as(self, user: Record, path: str, **data: Any) -> str:
        """POST to a route as somebody else."""
        return self._call("POST", path, data, {}, user)

    def put(self, path: str, **data: Any) -> str:
        """PUT to a route."""
        return self._call("PUT", path, data, {})

    def delete(self, path: str) -> None:
        """DELETE at a route."""
        self._call("DELETE", path, {}, {})

    def day(self, days: int) -> str:
        """Give the date so many days from today."""
        return (self.world.clock.now() + timedelta(days=days)).date().isoformat()

    def _call(
        self,
        method: str,
        path: str,
        data: dict[str, Any],
        files: dict[str, Upload],
        user: Record | None = None,
    ) -> str:
        found = match(method, path)
        if found is None:
            raise LookupError(f"{method} {path}")
        who = user or self.world.store[self.world.owner]
        request = Request(
            self.world, who, method, found[1], {}, data, files, service_account=user is None
        )
        reply = found[0].handler(request)
        return str(reply.record["gid"]) if isinstance(reply, Single) else ""
