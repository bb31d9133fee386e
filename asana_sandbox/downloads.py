"""The store of uploaded files and exports, outside the API and without its token.

Whoever has the address has the file, an uploaded one for two minutes (Asana's OpenAPI,
AttachmentResponse), exports longer; there it is storage of another company's that is asked. That
it answers 403 afterwards, and what it says with it, is ours.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest

from asana_sandbox.log import Entry
from asana_sandbox.sending import send_body, wait

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from asana_sandbox.sandbox import Sandbox
    from asana_sandbox.server import Connections
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

ROOT = "/downloads"

_SECONDS = 120
_TEMPLATE = f"{ROOT}/{{attachment_gid}}"


def download_url(world: World, record: Record, seconds: int = _SECONDS) -> str:
    """Give an address of a record's file that is good for so long by the sandbox's clock."""
    expires = str(int(world.clock.now().timestamp()) + seconds)
    query = {"expires": expires, "signature": _signature(world, record["gid"], expires)}
    return f"{world.origin}{ROOT}/{record['gid']}?{urlencode(query)}"


def _signature(world: World, gid: str, expires: str) -> str:
    return hmac.digest(world.secret, f"{gid} {expires}".encode(), "sha256").hex()


class Downloads:
    """Hands out files, with the faults that were asked for.

    Args:
        sandbox: Whose files.
        connections: The open sockets, for faults that close them.
    """

    def __init__(self, sandbox: Sandbox, connections: Connections) -> None:
        self._sandbox = sandbox
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        http, world = HttpRequest(scope, receive), self._sandbox.world
        gid = http.url.path.rpartition("/")[2]
        entry = Entry(http.method, f"{ROOT}/{gid}", authorized="authorization" in http.headers)
        entry.operation = f"{http.method} {_TEMPLATE}"
        fault = self._sandbox.faults.take(entry.method, entry.path, _TEMPLATE)
        await wait(world.switches.latency + fault.delay)
        self._sandbox.log.add(entry)
        if fault.drop:
            self._connections.abort(scope)
            return
        entry.status, body = _answer(world, gid, http.query_params)
        if fault.status is not None:
            entry.status, body = fault.status, b"A fault that was asked for\n"
        kind = b"application/octet-stream"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": entry.status, "headers": headers})
        await send_body(send, body, fault, partial(self._connections.close, scope))


def _answer(world: World, gid: str, query: Mapping[str, str]) -> tuple[int, bytes]:
    expires = query.get("expires", "")
    good = hmac.compare_digest(
        query.get("signature", "").encode(), _signature(world, gid, expires).encode()
    )
    if not good or int(expires) <= world.clock.now().timestamp():
        return 403, b"The address is wrong or has expired\n"
    record = world.store.find(gid)
    if record is None or "content" not in record:
        return 404, b"There is no such file\n"
    return 200, b64decode(record["content"])
