"""When a request may leave: the quota, the search quota and the slots, for all threads at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE_QUOTA = 150
"""Requests a minute of a token in a free domain. Source: Asana's docs on rate limits."""
PAID_QUOTA = 1500
"""Requests a minute of a token in a paid domain. Source: Asana's docs on rate limits."""
SEARCH_QUOTA = 60
"""Searches a minute. Source: Asana's docs on rate limits."""
READ_SLOTS = 50
"""GETs in flight at once. Source: Asana's docs on rate limits."""
WRITE_SLOTS = 15
"""Other requests in flight at once, batch actions each. Source: Asana's docs on rate limits."""
BATCH_ACTIONS = 10
"""Actions a batch may hold. Source: Asana's OpenAPI, createBatchRequest."""

_SHARE = 0.97
"""Of the quota we use: rejected requests count against it, so it is never to be reached."""
_WINDOW = 60.5
"""Seconds in which the quota is never exceeded: a minute, and half a second of uneven latency."""
_SLOWER, _SLOWEST = 0.7, 0.1
"""What a 429 makes of the rate, and what of the full rate is always left."""
_FASTER, _RECOVERY = 0.05, 5.0
"""Share of the full rate that comes back, and seconds without a 429 each time."""
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0
"""Seconds to wait after a 429 that names no time, doubling from the first to the longest."""


class Pace:
    """Lets requests leave so that no limit of Asana's is met, and as fast as that allows.

    A request waits for its slots first and for its share of the quota then, in the order it came.
    """

    def __init__(self, requests_per_minute: int | None = None) -> None:
        self._lock = threading.Condition()
        self._quota = Quota(requests_per_minute or FREE_QUOTA)
        self._searches = Quota(SEARCH_QUOTA)
        self._reads = Slots(READ_SLOTS)
        self._writes = Slots(WRITE_SLOTS)
        self._blocked_until = 0.0
        self._changes = 0
        self._wait = _FIRST_WAIT

    @property
    def requests_per_minute(self) -> int:
        """The quota we keep within."""
        return self._quota.per_minute

    @contextmanager
    def read(self, actions: int = 1) -> Iterator[None]:
        """Room for one read, or for a batch of so many."""
        with self._reads.taken(actions):
            self._leave(self._quota, actions)
            yield

    @contextmanager
    def search(self) -> Iterator[None]:
        """Room for one search, which counts as a read and against a quota of its own too."""
        with self._reads.taken(1):
            self._leave(self._searches, 1)
            self._leave(self._quota, 1)
            yield

    @contextmanager
    def write(self, actions: int = 1) -> Iterator[None]:
        """Room for one write, or for a batch of so many."""
        with self._writes.taken(actions):
            self._leave(self._quota, actions)
            yield

    def learn(self, requests_per_minute: int) -> None:
        """Keep within this quota from now on."""
        with self._lock:
            self._quota.change(requests_per_minute)
            now = time.monotonic()
            self._quota.hold(now, now)
            self._changes += 1
            self._lock.notify_all()

    def penalise(self, seconds: float | None) -> float:
        """Stop everything after a 429, and go on slower.

        Args:
            seconds: What ``Retry-After`` said; None when it said nothing.

        Returns:
            Seconds until anything may leave.
        """
        with self._lock:
            now = time.monotonic()
            known = now < self._blocked_until
            if seconds is None:
                seconds = self._blocked_until - now if known else self._wait
                self._wait = min(self._wait * (1 if known else 2), _LONGEST_WAIT)
            self._blocked_until = max(self._blocked_until, now + seconds)
            if not known:
                self._quota.slow_down(self._blocked_until)
            self._changes += 1
            self._quota.hold(self._blocked_until, now)
            self._searches.hold(self._blocked_until, now)
            self._lock.notify_all()
            return self._blocked_until - now

    def accepted(self) -> None:
        """A request was not rejected: after the pause that means a 429 waits shortly again."""
        if time.monotonic() >= self._blocked_until:
            self._wait = _FIRST_WAIT

    def _leave(self, quota: Quota, actions: int) -> None:
        """Wait until so many actions may leave; start over when the rules change in the wait."""
        with self._lock:
            while True:
                changes = self._changes
                at = quota.reserve(actions, time.monotonic())
                while (wait := at - time.monotonic()) > 0 and changes == self._changes:
                    self._lock.wait(wait)
                if changes == self._changes:
                    return


class Quota:
    """A token bucket that never gives more than the quota in any window of a minute."""

    def __init__(self, per_minute: int) -> None:
        self._free_at = 0.0
        self._given: deque[tuple[float, int]] = deque()
        self._in_window = 0
        self.change(per_minute)

    def change(self, per_minute: int) -> None:
        """Give so many a minute from now on."""
        self.per_minute = per_minute
        self._best = self._rate = per_minute * _SHARE / 60
        self._burst = min(max(self._best, BATCH_ACTIONS), per_minute)
        self._faster_at = 0.0

    def slow_down(self, since: float) -> None:
        """Give less, and more again the longer no 429 comes."""
        self._rate = max(self._rate * _SLOWER, self._best * _SLOWEST)
        self._faster_at = since + _RECOVERY

    def hold(self, until: float, now: float) -> None:
        """Give nothing before; what has not left by now is to be reserved anew."""
        self._free_at = until + self._burst / self._rate
        while self._given and self._given[-1][0] > now:
            self._in_window -= self._given.pop()[1]

    def reserve(self, actions: int, now: float) -> float:
        """The moment at which so many actions may leave, counted as given."""
        self._recover(now)
        full = self._burst / self._rate
        self._free_at = max(self._free_at, now)
        at = max(now, self._free_at - full + actions / self._rate)
        at = self._window_allows(actions, at)
        self._free_at = max(self._free_at, at) + actions / self._rate
        self._given.append((at, actions))
        self._in_window += actions
        return at

    def _window_allows(self, actions: int, at: float) -> float:
        limit = max(self.per_minute, actions)
        while self._given and (
            self._given[0][0] <= at - _WINDOW or self._in_window + actions > limit
        ):
            given_at, given = self._given.popleft()
            self._in_window -= given
            at = max(at, given_at + _WINDOW)
        return at

    def _recover(self, now: float) -> None:
        while self._rate < self._best and now >= self._faster_at:
            self._rate = min(self._rate + self._best * _FASTER, self._best)
            self._faster_at += _RECOVERY


class Slots:
    """So many at once, first come first served, so that a batch is not starved by single ones."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count
        self._queue: deque[object] = deque()
        self._lock = threading.Condition()

    @contextmanager
    def taken(self, count: int) -> Iterator[None]:
        """So many slots, once they are free and all who came before have theirs.

        Raises:
            ValueError: There are not so many in all.
        """
        if count > self._count:
            raise ValueError(f"{count} at once, where only {self._count} may be.")
        ticket = object()
        with self._lock:
            self._queue.append(ticket)
            try:
                self._lock.wait_for(lambda: self._queue[0] is ticket and self._free >= count)
                self._free -= count
            finally:
                self._queue.remove(ticket)
                self._lock.notify_all()
        try:
            yield
        finally:
            with self._lock:
                self._free += count
                self._lock.notify_all()
