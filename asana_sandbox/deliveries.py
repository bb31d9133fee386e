"""Sending to webhooks: events as they happen, heartbeats, and what follows when nobody answers.

Source of the rules: Asana's docs on webhooks. Nothing is sent but to this machine; webhooks that
point elsewhere are served as if their server had answered.
"""

from __future__ import annotations

import asyncio
import hmac
import http.client
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from asana_sandbox.clock import stamp
from asana_sandbox.webhooks import is_local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_TIMEOUT_SECONDS = 10
_HEARTBEAT = timedelta(hours=8)
_PATIENCE = timedelta(hours=24)
"""How long a webhook lives without a success."""

_FIRST_WAIT = timedelta(seconds=30)
"""How long after a failure it is tried again, twice as long each time; the figure is ours."""

_GONE = 410
_SHOWN = 1000


@dataclass(frozen=True)
class Reply:
    """What a target answered, names of headers in small letters; a status of 0: nothing."""

    status: int
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether it is one of the answers that Asana takes for a success."""
        return self.status in {200, 204}


def send(target: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """POST to an address of this machine; redirects are answers like others."""
    parts = urlsplit(target)
    secure = parts.scheme == "https"
    make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        said = answer.read(_SHOWN).decode(errors="replace")
        given = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status, f"{answer.status} {answer.reason}\n\n{said}", given)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Reply(0, type(error).__name__)
    finally:
        connection.close()


class Deliveries:
    """One sender for a sandbox; what is sent to one webhook is sent in its order."""

    def __init__(self) -> None:
        self._running: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, world: World) -> None:
        """Begin to send what is due; called whenever something may have become due."""
        for hook in world.store.all("webhook"):
            if hook["gid"] not in self._running and _due(world, hook):
                self._running.add(hook["gid"])
                task = asyncio.get_running_loop().create_task(self._serve(world, hook))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _serve(self, world: World, hook: Record) -> None:
        try:
            while world.store.get("webhook", hook["gid"]) is hook and _due(world, hook):
                await _deliver(world, hook)
        finally:
            self._running.discard(hook["gid"])


def _due(world: World, hook: Record) -> bool:
    now = world.clock.now()
    if "next_attempt_after" in hook:
        return now >= datetime.fromisoformat(hook["next_attempt_after"])
    if hook["beats_at"] is None or now >= datetime.fromisoformat(hook["beats_at"]):
        return True
    return bool(world.outbox.waiting.get(hook["gid"]))


async def _deliver(world: World, hook: Record) -> None:
    events = list(world.outbox.waiting.get(hook["gid"], ()))
    body = orjson.dumps({"events": events})
    signature = hmac.digest(hook["secret"].encode(), body, "sha256").hex()
    answer = Reply(200, "")
    if is_local(hook["target"]):
        headers = {"X-Hook-Signature": signature}
        answer = await asyncio.to_thread(send, hook["target"], body, headers)
    if world.store.get("webhook", hook["gid"]) is not hook:
        return
    if answer.good:
        del world.outbox.waiting.get(hook["gid"], [])[: len(events)]
        _succeeded(world, hook)
    else:
        _failed(world, hook, answer)


def _succeeded(world: World, hook: Record) -> None:
    now = world.clock.now()
    hook.update(
        active=True,
        last_success_at=stamp(now),
        delivery_retry_count=0,
        beats_at=stamp(now + _HEARTBEAT),
    )
    for name in ("next_attempt_after", "failure_deletion_timestamp"):
        hook.pop(name, None)
    if world.store.find(hook["resource"]) is None and not world.outbox.waiting.get(hook["gid"]):
        _drop(world, hook)


def _failed(world: World, hook: Record, answer: Reply) -> None:
    now = world.clock.now()
    until = hook.get("failure_deletion_timestamp") or stamp(now + _PATIENCE)
    tries = hook["delivery_retry_count"] + 1
    hook.update(
        last_failure_at=stamp(now),
        last_failure_content=answer.said,
        delivery_retry_count=tries,
        next_attempt_after=stamp(now + _FIRST_WAIT * 2 ** (tries - 1)),
        failure_deletion_timestamp=until,
    )
    if answer.status == _GONE or stamp(now) >= until:
        _drop(world, hook)


def _drop(world: World, hook: Record) -> None:
    world.outbox.waiting.pop(hook["gid"], None)
    world.store.remove(hook)
