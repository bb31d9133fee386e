"""Who makes the sample: the owner of a world, through the rules that requests go through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.routing import Request, Single, Upload, match

if TYPE_CHECKING:
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

    def put(self, path: str, **data: Any) -> str:
        """PUT to a route."""
        return self._call("PUT", path, data, {})

    def day(self, days: int) -> str:
        """Give the date so many days from today."""
        return (self.world.clock.now() + timedelta(days=days)).date().isoformat()

    def _call(self, method: str, path: str, data: dict[str, Any], files: dict[str, Upload]) -> str:
        found = match(method, path)
        if found is None:
            raise LookupError(f"{method} {path}")
        owner = self.world.store[self.world.owner]
        request = Request(self.world, owner, method, found[1], {}, data, files)
        reply = found[0].handler(request)
        return str(reply.record["gid"]) if isinstance(reply, Single) else ""
