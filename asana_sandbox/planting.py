"""What no route of Asana's makes, as people and Asana itself do: for the control plane, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from asana_sandbox import audit
from asana_sandbox.body import moment
from asana_sandbox.errors import bad_request, missing, not_allowed, unknown_object
from asana_sandbox.facts import KINDS
from asana_sandbox.in_project import IN_PROJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

FAVORITES = frozenset({"portfolio", "project", "project_template", "tag", "task", "user"})
"""What can be a favorite (Asana's OpenAPI, getFavoritesForUser)."""

_SKINS = {chr(code): None for code in range(0x1F3FB, 0x1F400)}
"""The modifiers that make variants of an emoji."""


def add_agent(world: World, sent: Mapping[str, Any]) -> Record:
    """Make an agent: `name`, and perhaps `description` and `behavior_guidance`."""
    workspace = _found(world, sent.get("workspace", world.workspace), "workspace")
    texts = {name: sent.get(name) for name in ("description", "behavior_guidance")}
    blank = KINDS["agent"].blank()
    made = {**blank, **texts, "name": _need(sent, "name"), "workspace": workspace["gid"]}
    return world.store.add("agent", made)


def add_reaction(world: World, sent: Mapping[str, Any]) -> Record:
    """Make a `user` react to a `target`, a story or a status update, with an `emoji`."""
    user = _found(world, sent.get("user", world.owner), "user")
    target = _found(world, _need(sent, "target"), "story", "status_update")
    emoji = str(_need(sent, "emoji"))
    made = {"user": user["gid"], "target": target["gid"], "emoji": emoji}
    base = emoji.translate({ord(skin): None for skin in _SKINS})
    return world.store.add("reaction", {**made, "emoji_base": base})


def add_favorite(world: World, sent: Mapping[str, Any]) -> Record:
    """Make a `resource` a favorite of a `user`, at the end of theirs."""
    user = _found(world, sent.get("user", world.owner), "user")
    resource = _found(world, _need(sent, "resource"), *FAVORITES)
    return world.store.add("favorite", {"user": user["gid"], "resource": resource["gid"]})


def add_entry(world: World, sent: Mapping[str, Any]) -> Record:
    """Write an entry into the audit log: `event_type`, and by whom, to what, when."""
    told = _need(sent, "event_type")
    if told not in audit.CATEGORIES:
        raise not_allowed("event_type", told)
    workspace = _found(world, sent.get("workspace", world.workspace), "workspace")
    user = _found(world, sent.get("user", world.owner), "user")
    gid = sent.get("resource", user["gid"])
    resource = world.store.find(gid)
    if resource is None:
        raise unknown_object("resource", gid)
    entry = audit.write(
        world,
        user,
        told,
        resource,
        workspace=workspace,
        context={"context_type": "web", "client_ip_address": "192.0.2.1"},
        details=sent.get("details"),
        created_at=moment("created_at", sent.get("created_at")),
    )
    if entry is None:
        raise bad_request("workspace: Nothing tells which workspace's log it is for")
    return entry


Plant: TypeAlias = "Callable[[World, Mapping[str, Any]], Record]"

PLANTED: dict[str, Plant] = {
    "agents": add_agent,
    "audit_log_events": add_entry,
    "favorites": add_favorite,
    "reactions": add_reaction,
    **IN_PROJECTS,
}


def _need(sent: Mapping[str, Any], name: str) -> Any:
    if sent.get(name) is None:
        raise missing(name)
    return sent[name]


def _found(world: World, gid: Any, *kinds: str) -> Record:
    known = (world.store.get(kind, gid) for kind in kinds) if isinstance(gid, str) else ()
    record = next((one for one in known if one is not None), None)
    if record is None:
        raise unknown_object(kinds[0], str(gid))
    return record
