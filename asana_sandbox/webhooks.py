"""Webhooks: what an event must be like to be sent, and what waits to be sent to whom."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

HIGHER = frozenset({"portfolio", "team", "workspace"})
"""What is followed with filters only, and tells of neither tasks nor stories (Asana's docs on
webhooks)."""

_LOWER = frozenset({"story", "task"})
_VALUES = ("new_value", "added_value", "removed_value")


class Outbox:
    """Events that wait to be sent, by the gid of their webhook; oldest first."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[dict[str, Any]]] = {}

    def put(self, world: World, event: Record, reached: Collection[str]) -> None:
        """Lay an event out for each webhook that it reaches and that wants it."""
        for gid in reached:
            for hook in world.store.by("webhook", "resource", gid):
                if wants(world, hook, event):
                    self.waiting.setdefault(hook["gid"], []).append(_told(event))


def wants(world: World, hook: Record, event: Record) -> bool:
    """Tell whether an event passes one of a webhook's filters, or it has none."""
    followed = world.store.find(hook["resource"])
    higher = followed is not None and followed["resource_type"] in HIGHER
    if higher and event["resource"]["resource_type"] in _LOWER:
        return False
    return not hook["filters"] or any(_passes(event, one) for one in hook["filters"])


def is_local(target: str) -> bool:
    """Tell whether an address is of this machine, by its host's name alone."""
    host = (urlsplit(target).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _passes(event: Record, wish: dict[str, Any]) -> bool:
    resource = event["resource"]
    return (
        wish.get("resource_type") in (None, resource["resource_type"])
        and wish.get("resource_subtype") in (None, resource.get("resource_subtype"))
        and wish.get("action") in (None, event["action"])
        and (not wish.get("fields") or event.get("change", {}).get("field") in wish["fields"])
    )


def _told(event: Record) -> dict[str, Any]:
    """Give an event as deliveries hold it: of objects, only gid and type."""
    change = event.get("change")
    told = {
        "user": _named(event["user"]),
        "created_at": event["created_at"],
        "action": event["action"],
        "resource": _named(event["resource"]),
        "parent": _named(event["parent"]),
    }
    if change is not None:
        values = {name: _named(change[name]) for name in _VALUES if name in change}
        told["change"] = {"field": change["field"], "action": change["action"], **values}
    return told


def _named(record: Any) -> dict[str, str] | None:
    if not isinstance(record, dict):
        return None
    shown = ("gid", "resource_type", "resource_subtype")
    return {name: record[name] for name in shown if name in record}
