"""Which workspace is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_asana.names import plain

if TYPE_CHECKING:
    from tap_asana.api import Client


class NoWorkspaceError(ValueError):
    """The token sees no workspace of that gid or name."""


def find_workspace(client: Client, wanted: str) -> str:
    """Return the gid of the workspace with this gid or name.

    Raises:
        NoWorkspaceError: when the token sees none, or several of that name.
    """
    seen = list(client.list("/workspaces", {"opt_fields": "gid,name"}))
    if any(workspace["gid"] == wanted for workspace in seen):
        return wanted
    named = [w["gid"] for w in seen if plain(w["name"]) == plain(wanted)]
    if len(named) == 1:
        return str(named[0])
    offered = ", ".join(f"{w['name']} ({w['gid']})" for w in seen) or "none"
    many = f"{len(named)} workspaces are" if named else "no workspace is"
    raise NoWorkspaceError(f"workspace: {many} called {wanted!r}; this token sees {offered}")
