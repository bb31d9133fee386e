"""Sends operations: in the order of what they need, packed, within slots and quota.

The engine knows calls and locks, nothing of Asana's resources. The main thread alone touches the
journal; other threads only carry requests.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_asana.api import (
    AsanaError,
    BadRequest,
    Call,
    Client,
    Outcome,
    RateLimited,
    ServerFault,
    Unauthorized,
)
from target_asana.failures import Rejection, judge

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from target_asana.journal import Journal
    from target_asana.operations import Ready
    from target_asana.outcomes import Outcomes
    from target_asana.packing import Packing

_LOOK_AHEAD = 200
"""Ready operations looked at to find some that may travel together."""
_STRIKES = 3
"""Requests in a row that fail as a whole, after which Asana is taken as out of reach."""


@dataclass(slots=True)
class Engine:
    """Applies the journal's operations.

    Attributes:
        stop: once set, nothing more is sent; what is in flight is waited for.
        after_commit: called whenever something has come to its end.
    """

    journal: Journal
    client: Client
    outcomes: Outcomes
    packing: Packing
    stop: threading.Event
    after_commit: Callable[[], None]
    _flying: dict[Future[list[Outcome]], list[Ready]] = field(default_factory=dict)
    _locks: set[str] = field(default_factory=set)
    _closed: dict[str, Rejection] = field(default_factory=dict)
    _batches: int = 0
    _strikes: int = 0
    _fatal: AsanaError | None = None

    def run(self, feed: Callable[[], bool]) -> None:
        """Send until nothing is left that can be sent.

        Args:
            feed: plans more operations; returns whether it found any to plan.

        Raises:
            AsanaError: the token is no good, or Asana is out of reach.
        """
        with ThreadPoolExecutor(max_workers=self.packing.slots) as pool:
            while True:
                self._depart(pool, feed)
                if not self._flying:
                    break
                done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
                for future in done:
                    self._land(future)
                self.after_commit()
        if self._fatal is not None:
            raise self._fatal

    def _depart(self, pool: ThreadPoolExecutor, feed: Callable[[], bool]) -> None:
        while not self.stop.is_set() and self._fatal is None:
            if len(self._flying) >= self.packing.lanes:
                return
            ops = self._take()
            while len(ops) < self.packing.size and not self.stop.is_set() and feed():
                ops = self._take()
            if not ops:
                return
            self._batches += 1
            self.journal.operations.mark_sent(
                ops, self._batches, self.client.server_time().isoformat()
            )
            self._locks.update(op.lock for op in ops)
            future = pool.submit(self._send, [op.call for op in ops])
            self._flying[future] = ops

    def _take(self) -> list[Ready]:
        """Return operations that may travel together: ready, and no two of one lock."""
        held = set(self._locks)
        ops: list[Ready] = []
        for id_, lock in self.journal.operations.ready(_LOOK_AHEAD):
            if lock in held:
                continue
            held.add(lock)
            op = self.journal.operations.load(id_)
            if rejection := self._closed.get(op.kind):
                self._reject([(op, rejection)])
                continue
            ops.append(op)
            if len(ops) == self.packing.size:
                break
        return ops

    def _reject(self, refused: Sequence[tuple[Ready, Rejection]]) -> None:
        with self.journal.transaction():
            for op, rejection in refused:
                self.outcomes.op_failed(op, "rejected", rejection)
            self.outcomes.flush()

    def _send(self, calls: Sequence[Call]) -> list[Outcome]:
        if len(calls) == 1 and calls[0].method != "GET":
            return [self.client.send(calls[0])]
        outcomes = self.client.batch(calls)
        if len(calls) > 1 and _poisoned(outcomes):
            return [self.client.send(call) for call in calls]
        return outcomes

    def _land(self, future: Future[list[Outcome]]) -> None:
        ops = self._flying[future]
        self.packing.landed(len(ops), busy=len(self._flying) >= self.packing.lanes)
        del self._flying[future]
        self._locks.difference_update(op.lock for op in ops)
        outcomes = future.result()
        self._count_strikes(outcomes)
        with self.journal.transaction():
            for op, outcome in zip(ops, outcomes, strict=True):
                self._settle(op, outcome)
            self.outcomes.flush()

    def _settle(self, op: Ready, outcome: Outcome) -> None:
        try:
            verdict = judge(op, outcome)
        except Unauthorized as error:
            self._fatal = error
            self.journal.operations.put_back(op.id)
            return
        if verdict.status == "applied":
            self.outcomes.op_applied(op, verdict.gid)
        elif verdict.rejection is None:
            self.journal.operations.put_back(op.id)
        else:
            if verdict.rejection.kind == "plan_limit" and op.kind[-1] in "+-":
                self._closed[op.kind] = verdict.rejection
            self.outcomes.op_failed(op, verdict.status, verdict.rejection)

    def _count_strikes(self, outcomes: Sequence[Outcome]) -> None:
        """Give up when several requests in a row failed as a whole, for Asana is out of order.

        Each of them may leave creations behind of which nobody knows whether they happened.
        """
        lost = [o.error for o in outcomes if isinstance(o.error, ServerFault | RateLimited)]
        self._strikes = self._strikes + 1 if len(lost) == len(outcomes) else 0
        if self._strikes >= _STRIKES:
            self._fatal = lost[0]


def _poisoned(outcomes: Sequence[Outcome]) -> bool:
    """Whether Asana has refused a batch as a whole, because of one of its actions."""
    texts = {
        outcome.error.messages if isinstance(outcome.error, BadRequest) else None
        for outcome in outcomes
    }
    return len(texts) == 1 and None not in texts
