"""The server: sockets on loopback, the applications on them, start and stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from asana_sandbox.api import ROOT, Api
from asana_sandbox.areas import register_routes
from asana_sandbox.control import control_routes
from asana_sandbox.downloads import ROOT as DOWNLOADS
from asana_sandbox.downloads import Downloads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from asana_sandbox.sandbox import Sandbox

HOST = "127.0.0.1"
"""The only address it listens on: whoever reaches the control plane can do anything."""

_KEEP_ALIVE_SECONDS = 3600
_GRACE_SECONDS = 2


class Connections:
    """The open sockets by the client's address, so that a fault can close one."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        """Remember a socket."""
        self._transports[transport.get_extra_info("peername")] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget a socket."""
        self._transports.pop(transport.get_extra_info("peername"), None)

    def abort(self, scope: Scope) -> None:
        """Close the socket a request came on, at once."""
        self._transports[tuple(scope["client"])].abort()

    def close(self, scope: Scope) -> None:
        """Close the socket a request came on, once what was written has left."""
        self._transports[tuple(scope["client"])].close()


def make_app(sandbox: Sandbox, connections: Connections) -> ASGIApp:
    """Put the API, the downloads, the OAuth endpoints and the control plane under one roof."""
    register_routes()
    api = Api(sandbox, connections)
    beside = Starlette(
        routes=[
            Mount(DOWNLOADS, Downloads(sandbox, connections)),
            Route("/-/oauth_token", sandbox.oauth.token, methods=["POST"]),
            Route("/-/oauth_revoke", sandbox.oauth.revoke, methods=["POST"]),
            Mount("/sandbox", routes=control_routes(sandbox)),
        ]
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        # Not mounted: Starlette finds no path with a line end in it, and refuses forms as text.
        app = api if f"{scope['path']}/".startswith(f"{ROOT}/") else beside
        await app(scope, receive, send)

    return serve


class Server(uvicorn.Server):
    """A sandbox on a port of the loopback.

    Args:
        sandbox: What is served.
        port: 0 takes any free one.
        ready: Called once requests are answered.
    """

    def __init__(self, sandbox: Sandbox, port: int, ready: Callable[[Server], None]) -> None:
        connections = Connections()
        super().__init__(
            uvicorn.Config(
                make_app(sandbox, connections),
                http=_protocol(connections),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                # A forwarded address would hide the client's own, which tells the sockets apart.
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._ready = ready
        # With the protocol named, asyncio sets TCP_NODELAY: without it each answer takes 44 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, port))
        self.root = f"http://{HOST}:{self._socket.getsockname()[1]}"
        sandbox.serve_at(self.root)

    def serve_forever(self) -> None:
        """Serve until a signal, or until `should_exit` is set from another thread."""
        with self._socket:
            self.run([self._socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self._ready(self)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the first signal without raising it again, so that the caller can go on."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def _protocol(connections: Connections) -> type[asyncio.Protocol]:
    class Protocol(H11Protocol):
        """HTTP/1.1 that tells which sockets are open."""

        def connection_made(self, transport: Any) -> None:
            connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return Protocol
