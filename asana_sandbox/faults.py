"""Faults on request: what goes wrong, where, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_type_hints

from asana_sandbox.errors import ApiError, bad_request, rate_limited, server_error
from asana_sandbox.fitting import require_fit

_RATE_LIMITED = 429
_SERVER_ERROR = 500


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """One planned fault.

    Args:
        method: In capitals, or `*`.
        path: Glob on the path relative to `/api/1.0` or on its template; `*` crosses slashes.
            Downloads are `/downloads/{attachment_gid}`.
        times: How many matching requests it hits; None for all until cleared.
        skip: How many matching requests pass unharmed first.
        status: Answer with this status instead of executing.
        retry_after: Seconds for `Retry-After`, with any status; None leaves the header out.
        message: Text of the error; by default Asana's own where it is known.
        drop: Close the connection without an answer, before or after executing.
        truncate: Send the head and half of the body, then close.
        delay: Seconds added before executing.
        stall: Seconds that pass in the middle of the body.
    """

    method: str = "*"
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    retry_after: int | None = None
    message: str | None = None
    drop: Literal["before", "after"] | None = None
    truncate: bool = False
    delay: float = 0.0
    stall: float = 0.0

    def matches(self, method: str, *paths: str) -> bool:
        """Whether a request of this method to any of these paths is meant."""
        return self.method in ("*", method) and any(fnmatchcase(p, self.path) for p in paths)

    def error(self) -> ApiError | None:
        """The answer in place of executing, if there is to be one."""
        if self.status is None:
            return None
        if self.message is not None:
            error = ApiError(self.status, self.message)
        elif self.status == _RATE_LIMITED:
            error = ApiError(self.status, *rate_limited(0).messages)
        elif self.status >= _SERVER_ERROR:
            error = ApiError(self.status, *server_error().messages)
        else:
            error = ApiError(self.status, "A fault that was asked for")
        if self.retry_after is not None:
            error.headers["Retry-After"] = str(self.retry_after)
        return error


NO_FAULT = Fault(times=0)
_TYPES = get_type_hints(Fault)
_STATUSES = {None, *range(200, 600)}


class Faults:
    """The faults still to come, in the order they were planned."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def plan(self, wishes: Any) -> None:
        """Add faults, given as a list of objects.

        Raises:
            ApiError: 400 when it is none, or naming a key that no fault has or a value that the
                key does not take.
        """
        if not isinstance(wishes, list) or not all(isinstance(wish, dict) for wish in wishes):
            raise bad_request("Faults are a list of objects")
        for wish in wishes:
            if unknown := wish.keys() - _TYPES:
                raise bad_request(f"A fault has no {', '.join(sorted(unknown))}")
            require_fit(wish, _TYPES)
            if wish.get("status") not in _STATUSES:
                raise bad_request(f"status: {wish['status']} is not one of 200 to 599")
        self.planned += [Fault(**wish) for wish in wishes]

    def take(self, method: str, *paths: str) -> Fault:
        """Give the fault that hits this request and count it, or `NO_FAULT`."""
        for fault in self.planned:
            if not fault.matches(method, *paths):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
            return fault
        return NO_FAULT
