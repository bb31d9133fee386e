"""Sending the body of an answer: whole, or as a fault wants it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Send

    from asana_sandbox.faults import Fault


async def send_body(send: Send, body: bytes, fault: Fault, cut: Callable[[], None]) -> None:
    """Send what follows the head.

    Args:
        send: Of the exchange.
        body: As the head announced it.
        fault: It may stop the body in its middle, for a while or for good.
        cut: Closes the connection.
    """
    if fault.truncate or fault.stall:
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        if fault.truncate:
            cut()
            return
        await asyncio.sleep(fault.stall)
        body = body[half:]
    await send({"type": "http.response.body", "body": body})


async def wait(seconds: float) -> None:
    """Let time pass, and nothing else where it is none."""
    if seconds > 0:
        await asyncio.sleep(seconds)
