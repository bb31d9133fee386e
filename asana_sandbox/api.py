"""The ASGI application under `/api/1.0`: one HTTP request in, one answer (or none) out."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request as HttpRequest

from asana_sandbox.batch import PATH as BATCH
from asana_sandbox.batch import read_batch
from asana_sandbox.calls import Call, read_http
from asana_sandbox.dispatch import Answer, Work, execute, load_of, refused
from asana_sandbox.errors import ApiError, no_route
from asana_sandbox.faults import NO_FAULT, Fault, Faults
from asana_sandbox.log import Entry
from asana_sandbox.routing import match
from asana_sandbox.sending import send_body, wait

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from asana_sandbox.auth import Token
    from asana_sandbox.limits import Load
    from asana_sandbox.sandbox import Sandbox
    from asana_sandbox.server import Connections

ROOT = "/api/1.0"


class _DroppedError(Exception):
    """The connection is to be closed without an answer."""


@dataclass(slots=True)
class _One:
    """Work that is a single call, or one that could not be read."""

    call: Call
    error: ApiError | None = None

    @property
    def load(self) -> Load:
        return load_of(self.call)

    def meet(self, faults: Faults) -> Fault:
        return faults.take(self.call.route.method, self.call.path, self.call.route.template)

    async def run(self, sandbox: Sandbox, token: Token, base: str) -> Answer:
        if self.error:
            raise self.error
        return await execute(sandbox, self.call, token, base)


class Api:
    """Answers as Asana does, under Asana's limits and with the faults that were asked for.

    Args:
        sandbox: What is served.
        connections: The open sockets, for faults that close them.
    """

    def __init__(self, sandbox: Sandbox, connections: Connections) -> None:
        self._sandbox = sandbox
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        http = HttpRequest(scope, receive)
        path = scope["raw_path"].decode(errors="replace").removeprefix(ROOT)
        base = f"http://{http.headers.get('host', 'localhost')}{ROOT}"
        query = scope["query_string"].decode(errors="replace")
        entry = Entry(http.method, path, dict(parse_qsl(query)))
        entry.authorized = "authorization" in http.headers
        entry.agent = http.headers.get("user-agent", "")
        exchange = _Exchange(self._sandbox, http, entry, base)
        try:
            answer = await exchange.answer()
        except ApiError as error:
            answer = refused(error)
        except _DroppedError:
            self._sandbox.log.add(entry)
            self._connections.abort(scope)
            return
        entry.status = answer.status
        self._sandbox.log.add(entry)
        await self._send(scope, send, exchange, answer)
        self._sandbox.deliveries.start(self._sandbox.world)

    async def _send(self, scope: Scope, send: Send, exchange: _Exchange, answer: Answer) -> None:
        option = orjson.OPT_INDENT_2 if exchange.pretty else None
        body = orjson.dumps(answer.body, option=option)
        headers = {
            "content-type": "application/json; charset=UTF-8",
            "content-length": str(len(body)),
            "date": formatdate(self._sandbox.now(), usegmt=True),
            "x-asana-api-version": "1.1",
            **answer.headers,
        }
        if answer.location:
            headers["location"] = exchange.base + answer.location
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            }
        )
        await send_body(send, body, exchange.fault, partial(self._connections.close, scope))


@dataclass(slots=True)
class _Exchange:
    """What is known about a request while it is being answered."""

    sandbox: Sandbox
    http: HttpRequest
    entry: Entry
    base: str
    fault: Fault = NO_FAULT
    pretty: bool = False

    async def answer(self) -> Answer:
        """Route, authenticate, charge the limits, wait as long as Asana would, execute.

        Routing precedes authentication, as recorded answers of Asana show.
        """
        found = match(self.entry.method, self.entry.path)
        if found is None or not found[0].answers(self.sandbox.world.switches):
            raise no_route()
        route, names = found
        self.entry.operation = route.operation
        token = self.sandbox.tokens.find(self.http.headers, self.sandbox.now())
        work = await self._read(Call(route, self.entry.path, names))
        with self.sandbox.limits.hold(token.value, work.load, self.sandbox.now()):
            return await self._run(work, token)

    async def _read(self, call: Call) -> Work:
        try:
            await read_http(self.http, call)
            self.pretty = call.pretty
            self.entry.query, self.entry.data = call.asked, call.data
            if call.route.template == BATCH:
                batch = read_batch(call)
                self.entry.actions, self.entry.data = len(batch.actions), {}
                return batch
        except ApiError as error:
            return _One(call, error)
        return _One(call)

    async def _run(self, work: Work, token: Token) -> Answer:
        self.fault = work.meet(self.sandbox.faults)
        half = self.sandbox.world.switches.latency / 2
        await wait(half + self.fault.delay)
        if self.fault.drop == "before":
            raise _DroppedError
        if error := self.fault.error():
            raise error
        try:
            answer = await work.run(self.sandbox, token, self.base)
        except ApiError as error:
            answer = refused(error)
        await wait(half)
        if self.fault.drop == "after":
            raise _DroppedError
        return answer
