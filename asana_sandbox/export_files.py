"""What is in the files of exports: records as the API shows them, packed."""

from __future__ import annotations

import gzip
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import orjson

from asana_sandbox.facts import KINDS
from asana_sandbox.shape import Eye, Fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_NO_URLS = ("download_url", "view_url")
"""What attachments lack in exports (Asana's OpenAPI, createResourceExport)."""


def packed(records: Iterable[dict[str, Any]], *, lines: bool) -> str:
    """Write records as JSON, a line each or one list, as a gzip file in base64."""
    text = map(orjson.dumps, records)
    whole = b"".join(one + b"\n" for one in text) if lines else b"[%s]" % b",".join(text)
    return b64encode(gzip.compress(whole, 1, mtime=0)).decode()


def tasks_shown(
    world: World, viewer: Record, tasks: Iterable[Record], fields: Fields | None
) -> Iterator[dict[str, Any]]:
    """Show tasks with their attachments and stories, or with the fields asked for.

    Whether stories and attachments come beside `fields` that name neither is not told; here they
    come when they are named.
    """
    eye = Eye(world, viewer)
    for task in tasks:
        shown = eye.see(task, fields, compact=False)
        for name, kind, link in _WITH_TASKS:
            if fields is None or name in fields:
                inner = (fields or {}).get(name) or None
                found = world.store.by(kind, link, task["gid"])
                shown[name] = [_bare(eye.see(one, inner, compact=False)) for one in found]
        yield shown


_WITH_TASKS = (("attachments", "attachment", "parent"), ("stories", "story", "target"))


def teams_shown(
    world: World, viewer: Record, teams: Iterable[Record], fields: Fields | None
) -> Iterator[dict[str, Any]]:
    """Show teams with their members."""
    eye = Eye(world, viewer)
    for team in teams:
        shown = eye.see(team, fields, compact=False)
        if fields is None or "members" in fields:
            inner = (fields or {}).get("members") or None
            members = world.store.by("team_membership", "team", team["gid"])
            shown["members"] = [eye.see(world.store[one["user"]], inner) for one in members]
        yield shown


def messages_shown(
    world: World, viewer: Record, messages: Iterable[Record], fields: Fields | None
) -> Iterator[dict[str, Any]]:
    """Show status updates as the messages they are."""
    eye = Eye(world, viewer)
    for update in messages:
        told = {name: update.get(name) for name in _SAME}
        message = {
            **KINDS["message"].blank(),
            **told,
            "resource_type": "message",
            "resource_subtype": "status_update",
            "html_notes": update.get("html_text"),
            "parents": [update["parent"]],
            "stories": [one["gid"] for one in world.store.by("story", "target", update["gid"])],
            "attachments": [
                one["gid"] for one in world.store.by("attachment", "parent", update["gid"])
            ],
        }
        yield eye.see(message, fields, compact=False)


_SAME = ("gid", "status_type", "created_by", "created_at", "modified_at", "title", "text")


def whole(world: World, viewer: Record, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Show records of any kinds in full."""
    eye = Eye(world, viewer)
    return (eye.see(record, None, compact=False) for record in records)


def _bare(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in _NO_URLS}
