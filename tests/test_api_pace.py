"""When requests may leave: never past a limit, and close to it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_asana.api import Call, Client, Pace, TokenAuth
from tap_asana.api.pace import FREE_QUOTA, Quota, Slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import SandboxClient

T = TypeVar("T")

MINUTE = 60.0
quotas = st.integers(60, 3000)


def most_in_a_minute(given_at: list[tuple[float, int]]) -> int:
    """The most actions given within any 60 seconds."""
    most = first = inside = 0
    for at, actions in given_at:
        inside += actions
        while given_at[first][0] <= at - MINUTE:
            inside -= given_at[first][1]
            first += 1
        most = max(most, inside)
    return most


def saturated(quota: Quota, sizes: list[int], minutes: float) -> list[tuple[float, int]]:
    """What is given when more is always wanted, sizes taken in turn."""
    given_at: list[tuple[float, int]] = []
    now, turn = 0.0, 0
    while now < minutes * MINUTE:
        actions = sizes[turn % len(sizes)]
        now = quota.reserve(actions, now)
        given_at.append((now, actions))
        turn += 1
    return given_at


@given(st.integers(300, 3000), st.lists(st.integers(1, 10), min_size=1, max_size=8))
def test_the_quota_is_used_to_95_percent_and_never_exceeded(
    per_minute: int, sizes: list[int]
) -> None:
    given_at = saturated(Quota(per_minute), sizes, 5)

    assert most_in_a_minute(given_at) <= per_minute
    assert sum(actions for _, actions in given_at) >= 0.95 * per_minute * 5


@pytest.mark.parametrize("size", range(1, 11))
def test_so_is_the_free_quota_though_a_batch_is_much_of_it(size: int) -> None:
    given_at = saturated(Quota(FREE_QUOTA), [size], 5)

    assert most_in_a_minute(given_at) <= FREE_QUOTA
    assert sum(actions for _, actions in given_at) >= 0.95 * FREE_QUOTA * 5


@given(
    quotas,
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10)), min_size=1, max_size=200),
)
def test_bursts_after_pauses_keep_within_the_quota(
    per_minute: int, wanted: list[tuple[float, int]]
) -> None:
    quota, now = Quota(per_minute), 0.0
    given_at = []
    for pause, actions in wanted:
        now = quota.reserve(actions, now + pause)
        given_at.append((now, actions))

    assert most_in_a_minute(given_at) <= per_minute


@given(quotas, st.integers(1, 10))
def test_nothing_waits_where_little_is_wanted(per_minute: int, actions: int) -> None:
    quota = Quota(per_minute)

    assert [quota.reserve(actions, now) for now in (0.0, 60.0, 120.0)] == [0.0, 60.0, 120.0]


@given(quotas, st.floats(1, 120))
def test_after_a_429_less_is_given_and_then_as_much_again(per_minute: int, pause: float) -> None:
    quota = Quota(per_minute)
    now = quota.reserve(1, 0.0)
    quota.slow_down(now + pause)
    quota.hold(now + pause, now)
    first = quota.reserve(1, now)
    second = quota.reserve(1, now)
    later = first + 120.0
    quota.reserve(1, later)
    burst = [quota.reserve(10, later) for _ in range(per_minute // 20)]

    assert first >= now + pause
    assert second - first >= 60 / (0.97 * per_minute) / 0.7 - 1e-6
    assert burst[-1] - burst[-2] == pytest.approx(600 / (0.97 * per_minute))


def test_many_429s_leave_a_tenth_of_the_rate() -> None:
    quota = Quota(600)
    for _ in range(50):
        quota.slow_down(0.0)
    quota.hold(0.0, 0.0)

    assert quota.reserve(1, 0.0) == pytest.approx(1 / 0.97)


def test_a_batch_larger_than_all_slots_is_refused() -> None:
    with pytest.raises(ValueError, match="16 at once, where only 15 may be"), Slots(15).taken(16):
        pass


class Watched(threading.Condition):
    """A condition that tells when somebody has begun to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Semaphore(0)

    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        """Tell, then wait."""
        self.asked.release()
        return super().wait_for(predicate, timeout)


def test_slots_are_given_in_the_order_asked_so_that_no_batch_starves() -> None:
    slots, order = Slots(2), []
    slots._lock = watched = Watched()  # noqa: SLF001 - the test must see who waits

    def take(name: str, count: int) -> None:
        with slots.taken(count):
            order.append(name)

    with ThreadPoolExecutor(2) as pool, slots.taken(1):
        watched.asked.acquire()
        for name, count in (("batch", 2), ("single", 1)):
            pool.submit(take, name, count)
            watched.asked.acquire()
        assert order == []

    assert order == ["batch", "single"]


def test_threads_together_never_exceed_the_slots(sandbox: SandboxClient) -> None:
    sandbox.switch(latency=0.1)
    task = sandbox.make("tasks", name="Busy")["gid"]
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    update = Call("PUT", f"/tasks/{task}", {"name": "Busier"})
    sandbox.control_call("DELETE", "limits")

    with ThreadPoolExecutor(80) as pool:
        reads = [pool.submit(client.get, f"/tasks/{task}") for _ in range(200)]
        writes = [pool.submit(client.send, update) for _ in range(40)]
        batches = [pool.submit(client.batch, [update] * size) for size in (10, 7, 10, 3, 5)]
    client.close()

    assert all(read.result()["gid"] == task for read in reads)
    assert all(write.result().error is None for write in writes)
    assert all(outcome.error is None for batch in batches for outcome in batch.result())
    limits = sandbox.limits()
    assert limits["rejected_slots"] == 0
    assert limits["peak_reads"] <= 50
    assert limits["peak_writes"] <= 15


def test_a_penalty_holds_every_kind_of_request() -> None:
    pace = Pace(1500)
    now = time.monotonic()
    pace.penalise(3600)

    for quota in (pace._quota, pace._searches):  # noqa: SLF001 - reads and writes share the first
        assert quota.reserve(1, now) >= now + 3600


def test_a_429_is_met_once_and_obeyed_by_all_threads(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="Busy")["gid"]
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    sandbox.fault({"method": "GET", "status": 429, "retry_after": 1})
    sandbox.forget_requests()

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(client.get, [f"/tasks/{task}"] * 10))
    client.close()

    assert [record["gid"] for record in found] == [task] * 10
    assert client.rejected == 1
    assert sandbox.requests()["count"] == 11


def test_an_unexplained_429_waits_longer_each_time_and_shortly_again_after_a_success() -> None:
    pace = Pace(1500)
    waits = []
    for _ in range(3):
        waits.append(round(pace.penalise(None)))
        pace._blocked_until = 0.0  # noqa: SLF001 - the pause is over
    pace.accepted()

    assert waits == [2, 4, 8]
    assert round(pace.penalise(None)) == 2


def test_429s_of_requests_that_left_together_are_one_pause() -> None:
    pace = Pace(1500)

    assert [round(pace.penalise(None)) for _ in range(5)] == [2, 2, 2, 2, 2]
    assert round(pace.penalise(30.0)) == 30
    assert round(pace.penalise(None)) == 30
