"""Writes as values: a call, its outcome, and many calls as one ``POST /batch`` and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_asana.api.errors import AsanaError, ServerFault, error_for
from tap_asana.api.wire import succeeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SET_LIKE = re.compile(r"/(?:(?:add|remove|set)[A-Z][A-Za-z]*|insert)$")


@dataclass(frozen=True)
class Call:
    """One request that changes something, not sent yet.

    Attributes:
        method: "POST", "PUT" or "DELETE" ("GET" inside a batch).
        path: Path below the API's base, filled and quoted, as "/tasks/12/addTag".
        data: What goes inside ``data``.
        fields: What the answer should hold; few, as wide answers cost quota (Asana's docs on rate
            limits, cost limits).
    """

    method: str
    path: str
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ("gid",)

    @property
    def request(self) -> str:
        """Method and path, as errors name it."""
        return f"{self.method} {self.path}"

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice leaves what doing it once leaves.

        True of PUT and DELETE, and of the POSTs that add to, remove from, order or set something.
        """
        return self.method != "POST" or _SET_LIKE.search(self.path) is not None


@dataclass(frozen=True)
class Outcome:
    """What became of a call.

    Attributes:
        call: The call.
        status: HTTP status of its answer; None when there was none.
        data: The answer's ``data``; None unless applied.
        error: None when applied.
        sent: It was executed, or may have been: with a ServerFault nobody knows. False means that
            it certainly was not.
    """

    call: Call
    status: int | None
    data: Any
    error: AsanaError | None
    sent: bool

    @property
    def unknown(self) -> bool:
        """Whether it may or may not have been executed."""
        return self.sent and self.error is not None


def envelope(calls: Sequence[Call]) -> dict[str, Any]:
    """The ``data`` of a ``POST /batch``. Source: Asana's OpenAPI, createBatchRequest."""
    return {
        "actions": [
            {
                "method": call.method.lower(),
                "relative_path": call.path,
                "data": dict(call.data),
                "options": {"fields": list(call.fields)},
            }
            for call in calls
        ]
    }


def outcome_of(call: Call, status: int, body: Any) -> Outcome:
    """What an answer, alone or inside a batch's, says about a call."""
    if succeeded(status):
        data = body.get("data") if isinstance(body, dict) else None
        return Outcome(call, status, data, None, sent=True)
    return failed(call, error_for(call.request, status, body))


def failed(call: Call, error: AsanaError) -> Outcome:
    """The outcome of a call that met this error."""
    own = error if error.request == call.request else _about(call, error)
    sent = isinstance(error, ServerFault) and error.sent
    return Outcome(call, error.status, None, own, sent=sent)


def outcomes_of(calls: Sequence[Call], answers: Any) -> list[Outcome]:
    """The outcomes of a batch's calls from its answer's ``data``, which is in their order.

    An answer of another form leaves every outcome unknown.
    """
    whole = (
        isinstance(answers, list)
        and len(answers) == len(calls)
        and all(isinstance(a, dict) and isinstance(a.get("status_code"), int) for a in answers)
    )
    if not whole:
        fault = ServerFault("POST /batch", messages=("the answer does not fit the batch",))
        return [failed(call, fault) for call in calls]
    return [
        outcome_of(call, answer["status_code"], answer.get("body"))
        for call, answer in zip(calls, answers, strict=True)
    ]


def _about(call: Call, error: AsanaError) -> AsanaError:
    """The batch's error as this call's own."""
    own = type(error)(call.request, status=error.status, messages=error.messages)
    if isinstance(error, ServerFault) and isinstance(own, ServerFault):
        own.sent = error.sent
    return own
