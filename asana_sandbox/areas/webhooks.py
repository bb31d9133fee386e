"""Webhooks: subscriptions of a server to what happens, made with a handshake."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from asana_sandbox.access import require, workspace_of
from asana_sandbox.body import address, read_body
from asana_sandbox.deliveries import send
from asana_sandbox.errors import (
    ApiError,
    bad_request,
    missing,
    not_a_gid_type,
    not_allowed,
    not_recognized,
    unknown_object,
    wrong_type,
)
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.webhooks import HIGHER, is_local

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from asana_sandbox.store import Record

_FOLLOWABLE = HIGHER | {"goal", "project", "tag", "task", "user_task_list"}
"""What webhooks may follow. Asana's docs say that many resources may; the selection is ours."""

_ACTIONS = frozenset({"added", "changed", "deleted", "removed", "undeleted"})
_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")


@route("GET", "/webhooks", required=("workspace",))
def get_webhooks(request: Request) -> Listing:
    """Asana's getWebhooks: those that this app made for this user."""
    workspace = named(request, "workspace", request.query["workspace"], "workspace")
    mine = [
        hook
        for hook in request.world.store.by("webhook", "workspace", workspace["gid"])
        if (hook["user"], hook["app"]) == (request.user["gid"], request.app)
    ]
    if request.query.get("resource"):
        mine = [hook for hook in mine if hook["resource"] == request.query["resource"]]
    return Listing(mine)


@route("POST", "/webhooks", required=("resource", "target"))
def create_webhook(request: Request) -> Single | Awaitable[Single]:
    """Asana's createWebhook: the target must give the secret back before this is answered.

    Only targets on this machine are asked; nothing leaves it, and others are taken to agree.
    """
    data = read_body(request, "webhook", "create")
    followed = _followed(request, data["resource"])
    target = _target(request, data["target"])
    filters = _filters(data.get("filters"), higher=followed["resource_type"] in HIGHER)
    secret = secrets.token_hex(32)
    record = {
        **KINDS["webhook"].blank(),
        "resource": followed["gid"],
        "target": target,
        "filters": filters,
        "workspace": workspace_of(request.world, followed),
        "user": request.user["gid"],
        "app": request.app,
        "secret": secret,
        "beats_at": None,
        "last_failure_content": None,
    }
    if is_local(target):
        return _shake_hands(request, record)
    return _made(request, record)


@route("PUT", "/webhooks/{webhook_gid}")
def update_webhook(request: Request) -> Single:
    """Asana's updateWebhook: its filters, all of them."""
    hook = in_path(request, "webhook")
    data = read_body(request, "webhook", "update")
    followed = request.world.store.find(hook["resource"])
    higher = followed is not None and followed["resource_type"] in HIGHER
    if "filters" in data:
        hook["filters"] = _filters(data["filters"], higher=higher)
    return Single(hook)


@route("DELETE", "/webhooks/{webhook_gid}")
def delete_webhook(request: Request) -> Plain:
    """Asana's deleteWebhook: what waits to be sent goes with it."""
    hook = in_path(request, "webhook")
    request.world.outbox.waiting.pop(hook["gid"], None)
    request.world.store.remove(hook)
    return EMPTY


def _made(request: Request, record: Record) -> Single:
    hook = request.world.store.add("webhook", {**record, "created_at": request.world.clock.stamp()})
    return Single(hook, 201, {"X-Hook-Secret": hook["secret"]})


async def _shake_hands(request: Request, record: Record) -> Single:
    """Send the secret, and want it back; what is said otherwise is ours."""
    secret = record["secret"]
    answer = await asyncio.to_thread(send, record["target"], b"", {"X-Hook-Secret": secret})
    if not answer.good or answer.headers.get("x-hook-secret") != secret:
        raise bad_request(
            "The remote server did not respond with the handshake secret: it must answer 200 or "
            f"204 and repeat X-Hook-Secret, not {answer.said}"
        )
    return _made(request, record)


def _followed(request: Request, gid: Any) -> Record:
    if not isinstance(gid, str):
        raise not_a_gid_type("resource", gid)
    record = request.world.store.find(gid)
    if record is None:
        raise unknown_object("resource", gid)
    if record["resource_type"] not in _FOLLOWABLE:
        raise not_recognized("resource", gid)
    require(request, record)
    return record


def _target(request: Request, target: Any) -> str:
    """Refuse hosts that are none (Asana's OpenAPI, createWebhook: a 403); the wording is ours."""
    url = address("target", target)
    host = urlsplit(url).hostname or ""
    welcome = request.world.switches.webhooks_to_this_machine == "accept"
    if not (welcome if is_local(url) else _HOST.match(host.lower())):
        raise ApiError(403, f"target: Not a valid host: {host}")
    return url


def _filters(wishes: Any, *, higher: bool) -> list[dict[str, Any]]:
    wishes = [] if wishes is None else wishes
    if not isinstance(wishes, list):
        raise wrong_type("filters", wishes, "an array")
    if higher and not wishes:
        raise missing("filters")
    for index, wish in enumerate(wishes):
        _check_filter(f"filters: [{index}]", wish, higher=higher)
    return wishes


def _check_filter(place: str, wish: Any, *, higher: bool) -> None:
    if not isinstance(wish, dict):
        raise wrong_type(place, wish, "a JSON object")
    for name, value in wish.items():
        if name == "fields":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise wrong_type(f"{place}: fields", value, "an array of strings")
        elif name not in {"action", "resource_subtype", "resource_type"}:
            raise bad_request(f"{place}: Not a part of a filter: {name}")
        elif not isinstance(value, str):
            raise wrong_type(f"{place}: {name}", value, "a string")
    if wish.get("action", "changed") not in _ACTIONS:
        raise not_allowed(f"{place}: action", wish["action"])
    if wish.get("fields") and (higher or wish.get("action") != "changed"):
        raise bad_request(f"{place}: fields go with the action changed, below teams and portfolios")
