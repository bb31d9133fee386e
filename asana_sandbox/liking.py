"""Who likes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.telling import changed, touch

if TYPE_CHECKING:
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record


def like(request: Request, record: Record, *, liked: bool) -> None:
    """Let the user like an object or no longer; nothing is told of one still being made."""
    user = request.user["gid"]
    likes = [one for one in record["likes"] if one["user"] != user]
    if liked == (len(likes) < len(record["likes"])):
        return
    if liked:
        likes.append({"gid": request.world.store.new_gid(), "user": user})
    record["likes"] = likes
    if "gid" in record:
        touch(request, record)
        changed(request, record, "liked")
