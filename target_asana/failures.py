"""What an outcome means for its operation: done, again, unknown, refused, or the end of the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tap_asana.api import (
    AsanaError,
    Forbidden,
    NotFound,
    PlanLimit,
    RateLimited,
    ServerFault,
    Unauthorized,
)

if TYPE_CHECKING:
    from tap_asana.api import Outcome
    from target_asana.operations import Ready

ATTEMPTS = 3
"""Times an operation is sent whose repetition is safe; the client has tried each of them hard."""

_CLASSES: tuple[tuple[type[AsanaError], str], ...] = (
    (PlanLimit, "plan_limit"),
    (Forbidden, "forbidden"),
    (NotFound, "remote_deleted"),
    (ServerFault, "server_fault"),
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record was not written.

    Attributes:
        kind: the class of the failure, as dead letters name it.
        retriable: the same record may succeed later without a change.
    """

    kind: str
    message: str
    field: str | None = None
    status: int | None = None
    phase: str = "resolve"
    op: str | None = None
    retriable: bool = False

    def dump(self) -> str:
        """Return the rejection as JSON."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def load(cls, text: str) -> Rejection:
        """Return the rejection that `dump` wrote."""
        return cls(**orjson.loads(text))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an operation: "applied", "again", "unknown" or "rejected"."""

    status: str
    gid: str | None = None
    rejection: Rejection | None = None


def judge(op: Ready, outcome: Outcome) -> Verdict:
    """Return what an outcome means.

    Raises:
        Unauthorized: the token is no good; nothing is wrong with the records.
    """
    error = outcome.error
    if error is None:
        return _applied(op, outcome.data)
    if isinstance(error, Unauthorized):
        raise error
    if isinstance(error, RateLimited) or not (outcome.sent or not isinstance(error, ServerFault)):
        return Verdict("again")
    if isinstance(error, ServerFault):
        if not outcome.call.repeatable:
            return Verdict("unknown", rejection=_rejection(op, error))
        if op.attempt + 1 < ATTEMPTS:
            return Verdict("again")
    return Verdict("rejected", rejection=_rejection(op, error))


def _applied(op: Ready, data: Any) -> Verdict:
    if isinstance(data, list):
        if not data:
            message = f"{op.call.request} found nothing to take over"
            return Verdict("rejected", rejection=Rejection("invalid", message, phase="apply"))
        data = data[0]
    return Verdict("applied", gid=data.get("gid") if isinstance(data, dict) else None)


def _rejection(op: Ready, error: AsanaError) -> Rejection:
    kind = next((name for class_, name in _CLASSES if isinstance(error, class_)), "invalid")
    field, colon, _ = (error.messages or ("",))[0].partition(": ")
    return Rejection(
        kind,
        str(error),
        field=field if colon and field.replace("_", "").isalnum() else None,
        status=error.status,
        phase="apply",
        op=op.kind,
        retriable=kind in {"plan_limit", "forbidden", "server_fault"},
    )
