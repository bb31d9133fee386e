"""What was asked of the sandbox, for tests and for people who wonder."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import IO

_KEPT = 200_000


@dataclass(slots=True)
class Entry:
    """One request or one action of a batch.

    Args:
        method: In capitals.
        path: As sent, relative to `/api/1.0`; that of a download begins with `/downloads`.
        query: Query parameters, with `opt_fields` however those were sent.
        data: The inner object of the body.
        operation: Method and template, such as `GET /tasks/{task_gid}`; empty where no route was.
        status: None when the connection was dropped instead of answered.
        batch: Whether it was an action of a batch.
        actions: How many actions an envelope held.
        authorized: Whether it had an `Authorization` header.
        agent: The User-Agent it came with.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    operation: str = ""
    status: int | None = None
    batch: bool = False
    actions: int = 0
    authorized: bool = False
    agent: str = ""


class RequestLog:
    """The newest requests whole, and the counts of all of them.

    Args:
        file: Where a line of JSON is written for each: who asked for what, and the status; neither
            queries nor bodies.
    """

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file
        self.entries: deque[Entry] = deque(maxlen=_KEPT)
        self.by_operation: Counter[str] = Counter()
        self.count = 0
        self.actions = 0

    def add(self, entry: Entry) -> None:
        """Note a request that is over."""
        self.entries.append(entry)
        self.by_operation[entry.operation or f"{entry.method} (no route)"] += 1
        if entry.batch:
            self.actions += 1
        else:
            self.count += 1
        if self._file:
            told = ("agent", "method", "path", "operation", "status")
            print(json.dumps({name: getattr(entry, name) for name in told}), file=self._file)

    def clear(self) -> None:
        """Start anew."""
        self.entries.clear()
        self.by_operation.clear()
        self.count = self.actions = 0

    def report(self) -> dict[str, Any]:
        """Give all of it; `count` is HTTP requests, `actions` what came inside batches."""
        return {
            "count": self.count,
            "actions": self.actions,
            "by_operation": dict(self.by_operation),
            "log": list(self.entries),
        }
