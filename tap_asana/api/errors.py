# ruff: noqa: N818 - the names say what to do, as HTTP names them; all share AsanaError
"""What can go wrong between us and Asana: one exception class per way to recover."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar


class AsanaError(Exception):
    """A request that did not do what was asked.

    Attributes:
        status: HTTP status of the answer; None when there was no whole answer.
        messages: What Asana said, one entry per error of the answer's ``errors``.
        request: What was asked, as "GET /tasks": method and path, never the query or a header.
    """

    advice: ClassVar[str] = "Read the message and correct the request."

    def __init__(
        self, request: str, *, status: int | None = None, messages: tuple[str, ...] = ()
    ) -> None:
        self.status = status
        self.messages = messages
        self.request = request
        super().__init__(request, status, messages)

    def __str__(self) -> str:
        """One line: what was asked, what Asana said, what to do."""
        said = " ".join("; ".join(self.messages).split()) or self._unexplained()
        answer = f"Asana answered {self.status}: {said}" if self.status else said
        stop = "" if answer.endswith((".", "!", "?")) else "."
        return f"{self.request}: {answer}{stop} {self.advice}"

    def _unexplained(self) -> str:
        """What to say of an answer without Asana's words; its refusals always hold some."""
        phrase = _phrase(self.status)
        if HTTPStatus.BAD_REQUEST <= (self.status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"{phrase}, in words that are not Asana's; check api_url and any proxy"
        return phrase


class BadRequest(AsanaError):
    """400, and other refusals that an equal request would meet again (409, 412, 413, 422, 451)."""


class SyncLost(BadRequest):
    """412: no sync token was sent, or one that Asana no longer knows.

    Attributes:
        sync: The token to go on with (Asana's OpenAPI, getEvents).
    """

    advice = "Read what it was for anew; the next run goes on from here."

    def __init__(
        self,
        request: str,
        *,
        status: int | None = None,
        messages: tuple[str, ...] = (),
        sync: str = "",
    ) -> None:
        super().__init__(request, status=status, messages=messages)
        self.sync = sync


class Unauthorized(AsanaError):
    """401: the token is no good, so the run is over."""

    advice = "Check access_token, or client_id, client_secret and refresh_token."


class PlanLimit(AsanaError):
    """402: the workspace's plan does not hold this feature."""

    advice = "This needs a higher Asana plan; leave it out or upgrade."


class Forbidden(AsanaError):
    """403: the token is good but may not do this."""

    advice = "Share it with the token's user, or use the token of somebody who may do this."


class NotFound(AsanaError):
    """404: no such object, or none this token may see."""

    advice = "Check the gid; the object may be deleted or not shared with the token's user."


class RateLimited(AsanaError):
    """429 after as many obeyed waits as we allow. Nothing was executed."""

    advice = "Lower rate_limit_per_minute, or stop what else uses this token."


class ServerFault(AsanaError):
    """5xx, a lost connection, a time-out or a cut answer, after the bounded retries.

    Attributes:
        sent: Bytes may have reached Asana, so a write may have been executed.
    """

    advice = "Try again later; https://status.asana.com tells of outages."

    def __init__(
        self,
        request: str,
        *,
        status: int | None = None,
        messages: tuple[str, ...] = (),
        sent: bool = True,
    ) -> None:
        super().__init__(request, status=status, messages=messages)
        self.sent = sent


class Unreachable(ServerFault):
    """No Asana has answered yet, and none does: the address is wrong, or something is between."""

    advice = "Check api_url, the network and what is between: a proxy or a firewall."


_BY_STATUS: dict[int, type[AsanaError]] = {
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.PAYMENT_REQUIRED: PlanLimit,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimited,
}


def error_for(request: str, status: int, body: object) -> AsanaError:
    """The error an answer means.

    Args:
        request: What was asked, as "GET /tasks".
        status: HTTP status of the answer (or of one action inside a batch).
        body: The decoded answer; anything but Asana's error envelope yields no messages.

    Returns:
        An instance of the class that says how to recover. Source of the statuses: Asana's docs on
        errors, and the ErrorResponse schema of its OpenAPI description.
    """
    messages = _messages(body)
    if status < HTTPStatus.BAD_REQUEST:
        messages = ("Sent elsewhere, where no token should follow; check api_url.",)
    if status == HTTPStatus.PRECONDITION_FAILED and isinstance(body, dict) and body.get("sync"):
        return SyncLost(request, status=status, messages=messages, sync=str(body["sync"]))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault(request, status=status, messages=messages)
    return _BY_STATUS.get(status, BadRequest)(request, status=status, messages=messages)


def _messages(body: object) -> tuple[str, ...]:
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return ()
    told = (
        " ".join(str(error[key]) for key in ("message", "phrase") if error.get(key))
        for error in errors
        if isinstance(error, dict)
    )
    return tuple(filter(None, told))


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return "no explanation"
