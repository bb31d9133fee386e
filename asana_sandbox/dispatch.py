"""From a call to its answer: the checks all routes share, the handler, the shape."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from asana_sandbox.errors import ApiError, missing, no_route, payment_required, server_error
from asana_sandbox.limits import Load
from asana_sandbox.paging import next_page, parse_limit
from asana_sandbox.routing import Feed, Listing, Request, Single
from asana_sandbox.shape import Eye, parse_fields

if TYPE_CHECKING:
    from asana_sandbox.auth import Token
    from asana_sandbox.calls import Call
    from asana_sandbox.faults import Fault, Faults
    from asana_sandbox.routing import Reply
    from asana_sandbox.sandbox import Sandbox
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_CREATED = 201
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Answer:
    """What goes back: `location` is relative to `/api/1.0`."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None


class Work(Protocol):
    """What one HTTP request makes the sandbox do."""

    @property
    def load(self) -> Load:
        """What it asks of the limiters."""

    def meet(self, faults: Faults) -> Fault:
        """Take the faults that hit it, and give the one that concerns the connection."""

    async def run(self, sandbox: Sandbox, token: Token, base: str) -> Answer:
        """Execute it; raises ApiError where Asana refuses."""


def refused(error: ApiError) -> Answer:
    """Turn a refusal into an answer."""
    return Answer(error.status, error.body(), error.headers)


def load_of(call: Call) -> Load:
    """Count a call for the limiters: which slot it takes, and whether it is a search."""
    reads = call.route.method == "GET"
    return Load(int(reads), int(not reads), int(call.route.template.endswith("/search")))


async def execute(sandbox: Sandbox, call: Call, token: Token, base: str) -> Answer:
    """Run one call as a token's user.

    Args:
        sandbox: Whose world is asked or changed.
        call: What is asked.
        token: Who asks.
        base: URL of the API, for links in the answer.

    Raises:
        ApiError: Where Asana refuses; 500 when a handler failed, with the traceback logged.
    """
    world = sandbox.world
    _check(call, world, token.user)
    request = Request(
        world=world,
        user=sandbox.user_of(token),
        method=call.route.method,
        path=call.names,
        query=call.query,
        data=call.data,
        files=call.files,
        service_account=token.service_account,
        fields=parse_fields(call.fields) if call.fields else None,
        app=token.app,
    )
    world.caller = token
    try:
        reply = call.route.handler(request)
        if inspect.isawaitable(reply):
            reply = await reply
        return _answer(sandbox, call, request, reply, base)
    except ApiError:
        raise
    except Exception:
        _logger.exception("%s %s", call.route.operation, call.path)
        raise server_error() from None


def _answer(sandbox: Sandbox, call: Call, request: Request, reply: Reply, base: str) -> Answer:
    if isinstance(reply, Listing):
        return Answer(200, _listed(sandbox, call, request, reply.records, base))
    if isinstance(reply, Feed):
        further = next_page(call.path, call.asked, reply.offset, base)
        return Answer(200, {"data": reply.objects, "next_page": further})
    if isinstance(reply, Single):
        return _single(request, reply)
    return Answer(reply.status, reply.body)


def _check(call: Call, world: World, user: str) -> None:
    if not call.route.answers(world.switches):
        raise no_route()
    if call.route.paid and (world.switches.free or _keeps_out(call.route.paid, world, user)):
        raise payment_required(call.route.paid)
    sent = call.query if call.route.method == "GET" else call.data
    for name in call.route.required:
        if name not in sent:
            raise missing(name)
    if call.route.method == "GET":
        parse_limit(call.query)


def _keeps_out(paid: str, world: World, user: str) -> bool:
    """Whether the text of a plan limit names guests, and the user is nothing else anywhere."""
    memberships = world.store.by("workspace_membership", "user", user)
    return "guests" in paid and all(one["is_guest"] for one in memberships)


def _listed(
    sandbox: Sandbox, call: Call, request: Request, records: Any, base: str
) -> dict[str, Any]:
    offset = None
    if call.route.paged:
        records, offset = sandbox.pager.page(
            records, call.query, request.world.switches, sandbox.now()
        )
    eye = Eye(request.world, request.user)
    body: dict[str, Any] = {"data": [eye.see(record, request.fields) for record in records]}
    if call.route.paged and "limit" in call.query:
        body["next_page"] = next_page(call.path, call.asked, offset, base)
    return body


def _single(request: Request, reply: Single) -> Answer:
    record = reply.record
    data = Eye(request.world, request.user).see(record, request.fields, compact=False)
    location = _location(record) if reply.status == _CREATED else None
    return Answer(reply.status, {"data": data, **reply.beside}, location=location)


def _location(record: Record) -> str:
    kind: str = record["resource_type"]
    if kind.endswith("y"):
        return f"/{kind[:-1]}ies/{record['gid']}"
    return f"/{kind}{'es' if kind.endswith('s') else 's'}/{record['gid']}"
