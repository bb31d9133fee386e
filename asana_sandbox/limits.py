"""Asana's limiters, per token: requests a minute, searches a minute, reads and writes in flight.

Source of the rules: Asana's docs on rate limits and on the batch API. Rejected requests count
too, and a batch counts every action in each limiter or is refused as a whole.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from asana_sandbox.errors import rate_limited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asana_sandbox.world import Switches

QUOTAS = {"free": 150, "paid": 1500}
"""Requests a minute by plan (Asana's docs on rate limits)."""

_MINUTE = 60.0


class Load(NamedTuple):
    """What one HTTP request asks of the limiters."""

    reads: int = 0
    writes: int = 0
    searches: int = 0


@dataclass(slots=True)
class Bucket:
    """A token bucket that may go into debt: what it refuses is charged all the same."""

    level: float | None = None
    filled_at: float = 0.0

    def take(self, count: int, per_minute: float, capacity: float, now: float) -> float:
        """Charge `count`.

        Returns:
            Seconds until the same charge would pass; 0 when it passed.
        """
        level = capacity if self.level is None else self.level
        earned = max(0.0, now - self.filled_at) * per_minute / _MINUTE
        level = min(capacity, level + earned)
        self.filled_at = now
        self.level = max(level - count, -capacity)
        return 0.0 if level >= count else (count - self.level) * _MINUTE / per_minute


@dataclass(slots=True)
class _Meter:
    requests: Bucket = field(default_factory=Bucket)
    searches: Bucket = field(default_factory=Bucket)
    reads: int = 0
    writes: int = 0
    last_minute: deque[tuple[float, int]] = field(default_factory=deque)
    in_last_minute: int = 0

    def count(self, requests: int, now: float) -> int:
        self.last_minute.append((now, requests))
        self.in_last_minute += requests
        while self.last_minute[0][0] <= now - _MINUTE:
            self.in_last_minute -= self.last_minute.popleft()[1]
        return self.in_last_minute


class Limits:
    """Every token's meters, and what they saw."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._meters: dict[str, _Meter] = {}
        self.seen: Counter[str] = Counter()

    @property
    def quota(self) -> int:
        """Requests a minute now allowed to each token."""
        return self.switches.requests_per_minute or QUOTAS[self.switches.plan]

    def report(self) -> dict[str, int]:
        """What happened since the last `clear`, over all tokens.

        Peaks hold for the busiest token; `peak_minute` is the most requests, refused ones
        included, within any 60 seconds.
        """
        names = ("rejected_quota", "rejected_slots", "rejected_search")
        peaks = ("peak_reads", "peak_writes", "peak_minute")
        return {"quota": self.quota, **{name: self.seen[name] for name in (*names, *peaks)}}

    def clear(self) -> None:
        """Forget the report; what is in flight and what was charged stays."""
        self.seen.clear()

    @contextmanager
    def hold(self, token: str, load: Load, now: float) -> Iterator[None]:
        """Charge the quotas and keep the slots for as long as the context lasts.

        Args:
            token: Whose meters.
            load: What the request asks for.
            now: Seconds on the sandbox's clock.

        Raises:
            ApiError: 429 with `Retry-After`, when any limiter refuses.
        """
        meter = self._meters.setdefault(token, _Meter())
        self._charge(meter, load, now)
        meter.reads += load.reads
        meter.writes += load.writes
        self._peak("peak_reads", meter.reads)
        self._peak("peak_writes", meter.writes)
        try:
            yield
        finally:
            meter.reads -= load.reads
            meter.writes -= load.writes

    def _charge(self, meter: _Meter, load: Load, now: float) -> None:
        requests = load.reads + load.writes
        self._peak("peak_minute", meter.count(requests, now))
        capacity = self.quota * self.switches.burst_seconds / _MINUTE
        wait = meter.requests.take(requests, self.quota, capacity, now)
        if wait:
            self._reject("rejected_quota", wait)
        if load.searches:
            pace = self.switches.searches_per_minute
            wait = meter.searches.take(load.searches, pace, pace, now)
            if wait:
                self._reject("rejected_search", wait)
        reads_full = load.reads and meter.reads + load.reads > self.switches.read_slots
        if reads_full or (load.writes and meter.writes + load.writes > self.switches.write_slots):
            self._reject("rejected_slots", self.switches.latency)

    def _reject(self, limiter: str, wait: float) -> None:
        self.seen[limiter] += 1
        raise rate_limited(max(1, math.ceil(wait)))

    def _peak(self, name: str, value: int) -> None:
        self.seen[name] = max(self.seen[name], value)
